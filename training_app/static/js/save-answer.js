// Sends an answer as soon as it is given, and keeps it on this device until the server has it.
//
// An area of a form (or the form itself) holds the fields of one question and names where to send (data-save-url), its
// attempt, its item, and what its fields' names begin with (data-prefix).  What is kept: the address, the number in the
// attempt's sequence, and the values of the fields: ids of options, and what was typed.  The server takes the highest
// number, so that an answer that arrives late never replaces a later one.  Without this script the form's button saves
// as any form does.
//
// Answers of the server: 2xx saved (JSON may hold `saved_at`, the time in the agency's zone; `sequence`, the highest
// number it has; `shown`, what it holds now, so that the form's button does not save it again; `seconds_left`); 422 with
// an `error` says in a sentence what is wrong with the answer; 409 or 410 the attempt is closed; 401 or a redirect
// signed out; another 4xx the page is out of date; all else is tried again.  Every page sends what waits of who is signed
// in (data-person of the form to sign out).  A page of the attempt without such an area has data-attempt on any element.
// A form of the attempt is not submitted before all is sent.

const PREFIX = "training.answer.";
const LEAVING = "training.leaving"; // who chose to sign out although something was not sent
const RETRY_MS = 20_000;
const PATIENCE_MS = 15_000;

const areas = [...document.querySelectorAll("[data-save-url]")];
const attempt = document.querySelector("[data-attempt]")?.dataset.attempt;
const person = document.querySelector("[data-sign-out]")?.dataset.person;
const ownOf = (who) => `${PREFIX}${who}.`;
const own = ownOf(person);
const csrfToken = () => document.querySelector("input[name=csrf_token]")?.value ?? "";
const memory = new Map(); // where the browser keeps nothing for us
const given = new Set(); // changed on this page, not left over from before
let retry;

const store = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? memory.get(key) ?? null;
    } catch {
      return memory.get(key) ?? null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      memory.set(key, value);
    }
  },
  remove(key) {
    memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // nothing was kept
    }
  },
  keys(prefix) {
    const kept = [...memory.keys()];
    try {
      kept.push(...Object.keys(localStorage));
    } catch {
      // nothing was kept
    }
    return kept.filter((key) => key.startsWith(prefix));
  },
};

const here = `${own}${attempt}.`;
const counter = `${own}${attempt}#`;
const waiting = (prefix) => store.keys(prefix).filter((key) => !key.endsWith("#"));
const areaOf = (key) => areas.find((area) => here + area.dataset.item === key);
const fieldOf = (area, name) => area.querySelector(`input[name="${area.dataset.prefix ?? ""}${name}"]`);

// The line of the question, or on a page without questions the page's own.
function say(key, state, time, sentence) {
  const area = areaOf(key) ?? (areas.length ? undefined : document);
  const line = area?.querySelector("[data-save-status]");
  if (!line) return;
  const words = area === document ? line : area;
  const text = sentence ?? words.dataset[state]?.replace("TIME", time ?? "");
  line.dataset.state = state === "saved" || state === "saving" ? "saved" : "unsaved";
  if (text !== undefined && line.textContent !== text) line.textContent = text;
}

function raise(number) {
  if (Number.isInteger(number) && number > (store.read(counter) ?? 0)) store.write(counter, number);
}

function nextNumber(area) {
  raise(Number(fieldOf(area, "sequence")?.value ?? 0));
  raise((store.read(counter) ?? 0) + 1);
  const number = store.read(counter);
  if (fieldOf(area, "sequence")) fieldOf(area, "sequence").value = number;
  return number;
}

function clock() {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(new Date());
}

function refusal({ type, status }) {
  if (type === "opaqueredirect" || status === 401) return "signedOut";
  if (status === 409 || status === 410) return "closed";
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? "outdated" : "unsaved";
}

async function outcome(kept) {
  const body = new URLSearchParams(kept.chosen);
  body.append("sequence", kept.sequence);
  body.append("csrf_token", csrfToken());
  try {
    const response = await fetch(kept.url, {
      method: "POST",
      body,
      headers: { "X-Requested-With": "fetch", Accept: "application/json" },
      credentials: "same-origin",
      redirect: "manual",
      keepalive: true,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.status === 422 && answer.error) return { state: "wrong", sentence: answer.error };
    if (!response.ok) return { state: refusal(response) };
    if (answer.seconds_left !== undefined) {
      document.dispatchEvent(new CustomEvent("time-left", { detail: answer.seconds_left }));
    }
    return { state: "saved", time: answer.saved_at ?? clock(), sequence: answer.sequence, shown: answer.shown };
  } catch {
    return { state: "unsaved" };
  }
}

async function send(key) {
  const kept = store.read(key);
  if (!kept || !/^\/(?!\/)/.test(kept.url)) return undefined;
  const { state, time, sequence, sentence, shown } = await outcome(kept);
  if (key.startsWith(here)) raise(sequence);
  const newest = store.read(key)?.sequence === kept.sequence;
  const area = areaOf(key);
  if (newest && state === "saved" && sequence > kept.sequence && area && given.delete(key)) {
    // Another device or tab had counted further, so the server holds that answer; the one just given is the later.
    store.write(key, { ...kept, sequence: nextNumber(area) });
    return send(key);
  }
  if (newest && ["saved", "closed", "wrong"].includes(state)) store.remove(key);
  if (newest && state === "saved" && area && shown !== undefined && fieldOf(area, "shown")) {
    fieldOf(area, "shown").value = shown;
  }
  if (newest) say(key, state, time, sentence);
  return state;
}

async function sendAll() {
  const states = [];
  for (const key of waiting(own)) states.push(await send(key));
  clearTimeout(retry);
  if (states.includes("unsaved")) retry = setTimeout(sendAll, RETRY_MS);
  return states;
}

function keep(area) {
  const prefix = area.dataset.prefix ?? "";
  const fields = [...area.querySelectorAll("input, select, textarea")]
    .map((field) => [field.name.startsWith(prefix) ? field.name.slice(prefix.length) : "", field])
    .filter(([name]) => /^answer(\.|$)/.test(name));
  const filled = fields.filter(([, field]) =>
    ["radio", "checkbox"].includes(field.type) ? field.checked : field.value,
  );
  const key = here + area.dataset.item;
  given.add(key);
  store.write(key, {
    url: area.dataset.saveUrl,
    sequence: nextNumber(area),
    chosen: filled.map(([name, field]) => [name, field.value]),
  });
}

for (const area of areas) {
  area.addEventListener("change", () => {
    keep(area);
    say(here + area.dataset.item, "saving");
    sendAll();
  });
}

// Whoever goes on while the connection is away would meet the browser's own error page; whoever hands in while an answer
// still waits on the device would lose it.  So the form goes only once everything has arrived.
function sendWith(form, button) {
  if (button?.name) {
    // Which button was pressed would be lost: a script that submits a form presses none.
    const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
    pressed.dataset.pressed = "";
    form.append(pressed);
  }
  form.submit();
}

function guard(form) {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    if (!busy && navigator.onLine && waiting(here).length === 0) return; // all has arrived
    event.preventDefault();
    if (busy) return;
    busy = true;
    event.submitter?.setAttribute("aria-disabled", "true");
    const states = await sendAll();
    if (navigator.onLine && !states.includes("unsaved")) {
      sendWith(form, event.submitter);
      return;
    }
    if (!states.includes("unsaved")) for (const key of [...areas.map((area) => here + area.dataset.item), ""]) say(key, "offline");
    event.submitter?.removeAttribute("aria-disabled");
    busy = false;
  });
  // Going back to a page that the browser kept as it was.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    busy = false;
    form.querySelector("[data-pressed]")?.remove();
    for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  });
}

if (attempt) {
  for (const form of document.querySelectorAll("form")) {
    if (form.closest("[data-attempt]") || form.querySelector("[data-attempt]")) guard(form);
  }
}

// Submitted: the server takes nothing more, so that nothing is left to keep.
for (const { dataset } of document.querySelectorAll("[data-attempt-over]")) {
  for (const mark of [".", "#"]) store.keys(`${own}${dataset.attemptOver}${mark}`).forEach(store.remove);
}

// Police desktops are shared: what is kept is its person's, and nothing of it stays behind when they sign out.  Nor is it
// lost: it is sent first.  Where that fails they are asked, and it is deleted by the page that comes after they are out.

let signingOut = false;

async function signOut(form) {
  signingOut = true;
  const states = await sendAll();
  const asked = waiting(own).length > 0;
  signingOut = false;
  if (states.includes("wrong") || (asked && !confirm(form.dataset.discard))) return;
  if (asked) store.write(LEAVING, person);
  else store.keys(own).forEach(store.remove);
  form.submit();
}

addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    if (waiting(own).length === 0) {
      store.keys(own).forEach(store.remove);
      return;
    }
    event.preventDefault();
    if (!signingOut) signOut(event.target);
  },
  { capture: true }, // before once.js takes it for under way
);

const left = store.read(LEAVING);
if (left !== null) {
  if (left !== person) store.keys(ownOf(left)).forEach(store.remove);
  store.remove(LEAVING);
}

if (person) {
  addEventListener("online", sendAll);
  sendAll();
}
