// Sends an answer as soon as it is given, and keeps it on this device until the server has it.
//
// The form names where to send (data-save-url), its attempt and its item.  What is kept: the address, the number in the
// attempt's sequence, and the values of the fields: ids of options, and what was typed.  The server takes the highest
// number, so that an answer that arrives late never replaces a later one.  Without this script the form's button saves
// as any form does.
//
// Answers of the server: 2xx saved (JSON may hold `saved_at`, the time in the agency's zone, and `sequence`, the highest
// number it has); 422 with an `error` says in a sentence what is wrong with the answer; 409 or 410 the attempt is closed;
// 401 or a redirect signed out; another 4xx the page is out of date; all else is tried again.  A page of the attempt
// without such a form has data-attempt on any element: it sends what waits.

const PREFIX = "training.answer.";
const RETRY_MS = 20_000;

const form = document.querySelector("form[data-save-url]");
const attempt = document.querySelector("[data-attempt]")?.dataset.attempt;
const csrfToken = () => document.querySelector("input[name=csrf_token]")?.value ?? "";
const memory = new Map(); // where the browser keeps nothing for us
const given = new Set(); // changed on this page, not left over from before
let retry;

const store = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
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

const here = `${PREFIX}${attempt}.`;
const counter = `${PREFIX}${attempt}#`;

function say(state, time, sentence) {
  const line = form?.querySelector("[data-save-status]");
  if (!line) return;
  const text = sentence ?? form.dataset[state].replace("TIME", time ?? "");
  line.dataset.state = state === "saved" || state === "saving" ? "saved" : "unsaved";
  if (line.textContent !== text) line.textContent = text;
}

function raise(number) {
  if (Number.isInteger(number) && number > (store.read(counter) ?? 0)) store.write(counter, number);
}

function nextNumber() {
  raise(Number(form.elements.sequence?.value ?? 0));
  raise((store.read(counter) ?? 0) + 1);
  const number = store.read(counter);
  if (form.elements.sequence) form.elements.sequence.value = number;
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
    });
    const answer = await response.json().catch(() => ({}));
    if (response.status === 422 && answer.error) return { state: "wrong", sentence: answer.error };
    if (!response.ok) return { state: refusal(response) };
    return { state: "saved", time: answer.saved_at ?? clock(), sequence: answer.sequence };
  } catch {
    return { state: "unsaved" };
  }
}

async function send(key) {
  const kept = store.read(key);
  if (!kept || !/^\/(?!\/)/.test(kept.url)) return undefined;
  const { state, time, sequence, sentence } = await outcome(kept);
  raise(sequence);
  const newest = store.read(key)?.sequence === kept.sequence;
  if (newest && state === "saved" && sequence > kept.sequence && given.delete(key)) {
    // Another device or tab had counted further, so the server holds that answer; the one just given is the later.
    store.write(key, { ...kept, sequence: nextNumber() });
    return send(key);
  }
  if (newest && ["saved", "closed", "wrong"].includes(state)) store.remove(key);
  if (newest) say(state, time, sentence);
  return state;
}

async function sendAll() {
  const states = [];
  for (const key of store.keys(here)) states.push(await send(key));
  clearTimeout(retry);
  if (states.includes("unsaved")) retry = setTimeout(sendAll, RETRY_MS);
}

function keep() {
  const fields = [...form.elements].filter((field) => /^answer(\.|$)/.test(field.name));
  const filled = fields.filter((field) => (["radio", "checkbox"].includes(field.type) ? field.checked : field.value));
  const chosen = filled.map((field) => [field.name, field.value]);
  given.add(here + form.dataset.item);
  store.write(here + form.dataset.item, { url: form.dataset.saveUrl, sequence: nextNumber(), chosen });
}

if (form) {
  form.addEventListener("change", () => {
    keep();
    say("saving");
    sendAll();
  });
  form.addEventListener("submit", nextNumber);
}

if (attempt) {
  addEventListener("online", sendAll);
  sendAll();
}

// Police desktops are shared: nothing stays behind.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-sign-out]")) store.keys(PREFIX).forEach(store.remove);
});
