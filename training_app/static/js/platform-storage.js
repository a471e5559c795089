// Keeps a secret with the page of a learning platform, for browsers that keep no cookie in a frame, and fetches it back.
// Source: 1EdTech LTI Client Side postMessages 0.1, LTI postMessage Storage 0.1, LTI OIDC Login with them.
// Where the platform does not answer, nothing happens: the page offers a new window.

const CAPABILITIES_MS = 1500;
const ANSWER_MS = 5000;

const form = document.querySelector("[data-platform-storage]");
const platform = window.parent !== window ? window.parent : window.opener;

if (form && platform) {
  const { platformStorage: task, key, target, origin, then } = form.dataset;
  const keeper = await frameFor(task === "put" ? "lti.put_data" : "lti.get_data", target);
  if (task === "put") {
    await put(keeper, origin, key, then);
  } else {
    await get(keeper, origin, key);
  }
}

async function put(keeper, origin, key, then) {
  const value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  const answer = value && (await ask(keeper, { subject: "lti.put_data", key, value }, origin, ANSWER_MS));
  if (answer && !answer.error && answer.value === value) {
    location.assign(then);
  }
}

async function get(keeper, origin, key) {
  const answer = await ask(keeper, { subject: "lti.get_data", key }, origin, ANSWER_MS);
  if (answer && !answer.error && typeof answer.value === "string" && answer.value) {
    form.elements.browser.value = answer.value;
    form.submit();
  }
}

// The frame that keeps things: as the platform's page says when it is asked, else as the login said.
async function frameFor(subject, named) {
  const answer = await ask(platform, { subject: "lti.capabilities" }, "*", CAPABILITIES_MS);
  const offered = (answer?.supported_messages ?? []).find((one) => one?.subject === subject);
  return inside(offered?.frame ?? named);
}

function inside(name) {
  if (!name || name === "_parent") {
    return platform;
  }
  try {
    return platform.frames[name] ?? platform;
  } catch {
    return platform;
  }
}

// The answer comes from the frame that was asked, and from the origin that may know; anything else is not one.
function ask(frame, message, origin, patience) {
  const id = crypto.randomUUID?.() ?? String(Math.random());
  return new Promise((resolve) => {
    const done = (answer) => {
      clearTimeout(timer);
      removeEventListener("message", hear);
      resolve(answer);
    };
    const hear = (event) => {
      const told = event.data;
      const known = event.source === frame && (origin === "*" || event.origin === origin);
      if (known && told?.message_id === id && told.subject === `${message.subject}.response`) {
        done(told);
      }
    };
    const timer = setTimeout(() => done(null), patience);
    addEventListener("message", hear);
    frame.postMessage({ ...message, message_id: id }, origin);
  });
}
