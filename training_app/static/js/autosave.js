// Saves a form with data-autosave as it is filled in: some moments after the last change, never two at a time.
//
// The server answers JSON: 200 with `saved_at` and `version`, which the next save names as what it was made from, and
// perhaps `preview`, the HTML for the element that data-preview names; else `error`, a sentence.  What is refused is not
// tried again by itself: the form's button sends it and shows what stands against it.  Without this script it does all.

const QUIET_MS = 1_500;
const RETRY_MS = 15_000;

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);

function watch(form) {
  const line = form.querySelector("[data-save-status]");
  const preview = document.getElementById(form.dataset.preview ?? "");
  let changed = false;
  let busy = false;
  let timer;

  const say = (text, saved) => {
    if (!line) return;
    line.dataset.state = saved ? "saved" : "unsaved";
    if (line.textContent !== text) line.textContent = text;
  };
  const soon = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };

  async function save() {
    if (busy || !changed) return;
    busy = true;
    changed = false;
    say(form.dataset.saving, true);
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Requested-With": "fetch", Accept: "application/json" },
        credentials: "same-origin",
        redirect: "error",
      });
      const answer = await response.json();
      if (response.ok) {
        form.elements.made_from.value = answer.version;
        if (preview && answer.preview) preview.innerHTML = answer.preview;
        say(form.dataset.saved.replace("TIME", answer.saved_at), true);
      } else {
        say(answer.error ?? form.dataset.unsaved, false);
      }
    } catch {
      changed = true;
      say(form.dataset.unsaved, false);
      soon(RETRY_MS);
    } finally {
      busy = false;
      if (changed) soon(QUIET_MS);
    }
  }

  form.addEventListener("input", () => {
    changed = true;
    soon(QUIET_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    changed = false;
  });
  addEventListener("beforeunload", (event) => {
    if (changed || busy) event.preventDefault();
  });
}
