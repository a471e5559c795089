// A second click on a form's button while the first is under way sends nothing.  The server refuses doubles by itself; this
// spares people the error page.  Buttons stay enabled, since a disabled one loses its name and value and its focus.

const PATIENCE_MS = 10_000; // after that a stopped or failed submit may be tried again

const underWay = new Map();

function release(form) {
  clearTimeout(underWay.get(form));
  underWay.delete(form);
  for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (underWay.has(form)) {
    event.preventDefault();
    return;
  }
  underWay.set(form, setTimeout(() => release(form), PATIENCE_MS));
  event.submitter?.setAttribute("aria-disabled", "true");
});

// Going back to a page that the browser kept as it was.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of [...underWay.keys()]) release(form);
});
