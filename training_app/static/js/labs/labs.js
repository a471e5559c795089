// Labs at once: a dial moves the numbers and the drawing without asking the server, an answer is checked in its place.
//
// Every number is counted here as courses/labs counts it, from what the lab's data-settings say; a test compares all of
// them.  Without this script the lab's form asks for the page again, and the server shows the same.
import * as baseRate from "./base-rate.js";
import * as biasThreshold from "./bias-threshold.js";
import * as feedbackLoop from "./feedback-loop.js";
import { Fraction, writer } from "./numbers.js";

const MODELS = { "base-rate": baseRate, "bias-threshold": biasThreshold, "feedback-loop": feedbackLoop };
const REST_MS = 600;
const resting = new WeakMap();

document.documentElement.dataset.labs = "live";

// On the document, since a preview brings new labs.
document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-dial]")) update(target.closest("[data-lab]"));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  const lab = button?.closest("[data-lab]");
  if (!lab) return;
  event.preventDefault();
  step(lab, button.dataset.step);
  update(lab);
});
document.addEventListener("submit", (event) => {
  const lab = event.target.closest("[data-lab]");
  if (!lab) return;
  event.preventDefault();
  if (event.target.matches("[data-swap]")) check(lab, event.target, event.submitter);
});

function step(lab, what) {
  const [name, by] = what === "all" ? ["month", ""] : what.split(":");
  const dial = lab.querySelector(`[data-dial="${name}"]`);
  dial.value = by ? Number(dial.value) + Number(by) : dial.max;
}

function update(lab) {
  const model = MODELS[lab.dataset.lab];
  const settings = JSON.parse(lab.dataset.settings);
  const stops = {};
  for (const dial of lab.querySelectorAll("[data-dial]")) {
    if (dial.type === "radio" && !dial.checked) continue;
    const index = Number(dial.value);
    const name = dial.dataset.dial;
    stops[name] = new Fraction(...settings.stops[name][index]);
    if (dial.dataset.texts) {
      const text = JSON.parse(dial.dataset.texts)[index];
      dial.setAttribute("aria-valuetext", text);
      lab.querySelector(`[data-value="${name}"]`).textContent = text;
    }
  }
  const found = model.outputs(settings, stops, writer(settings.write));
  for (const place of lab.querySelectorAll("[data-out]")) place.textContent = found[place.dataset.out];
  model.draw(lab, settings, stops);
  clearTimeout(resting.get(lab));
  resting.set(lab, setTimeout(say, REST_MS, lab));
}

// Read out what it came to, when the hand rests.
function say(lab) {
  lab.querySelector("[data-said]").textContent = lab.querySelector("[data-finding]").textContent;
}

// Ask the server for the answered lab alone and put it in the old one's place; where that fails, the form does it.
async function check(lab, form, button) {
  const sent = new URLSearchParams(new FormData(form, button));
  try {
    const response = await fetch(`${location.pathname}?${sent}`, { credentials: "same-origin", redirect: "error" });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const answered = page.getElementById(lab.id);
    if (answered?.dataset.lab !== lab.dataset.lab) throw new Error("another page");
    lab.replaceWith(document.adoptNode(answered));
    answered.focus({ preventScroll: true });
    answered.scrollIntoView({ block: "start" });
  } catch {
    if (button) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    form.submit();
  }
}
