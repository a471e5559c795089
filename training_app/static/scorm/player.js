"use strict";
// Keeps to the platform (SCORM 1.2) for the lessons, which are shown in a frame: where the reader is, what was read,
// for how long.  Where there is no platform, the page stays the list of languages that it is.
(() => {
  const MOST_FRAMES = 50;

  function above(window_) {
    try {
      for (let place = window_, count = 0; place && count < MOST_FRAMES; place = place.parent, count += 1) {
        if (place.API) return place.API;
        if (place.parent === place) break;
      }
    } catch {
      // A frame of another site: what lies beyond it cannot be asked.
    }
    return null;
  }

  const api = above(window) ?? (window.opener ? above(window.opener) : null);
  if (!api || String(api.LMSInitialize("")) !== "true") return;

  const get = (name) => String(api.LMSGetValue(name) ?? "");
  const set = (name, value) => api.LMSSetValue(name, value);

  const { revision, lessons, pages } = document.body.dataset;
  const wanted = lessons.split(" ");
  const known = pages.split(" ");
  const begun = Date.now();
  const counts = !["browse", "review"].includes(get("cmi.core.lesson_mode"));
  const [was, slugs = ""] = get("cmi.suspend_data").split(":");
  // Of another revision nothing is carried over: its lessons may say something else.
  const read = new Set(was === revision ? slugs.split(",").filter((slug) => wanted.includes(slug)) : []);
  let ended = false;

  const isComplete = () => ["completed", "passed"].includes(get("cmi.core.lesson_status"));

  function keep() {
    set("cmi.suspend_data", `${revision}:${[...read].join(",")}`);
    if (counts && !isComplete()) set("cmi.core.lesson_status", read.size === wanted.length ? "completed" : "incomplete");
    api.LMSCommit("");
  }

  function spent() {
    const seconds = Math.floor((Date.now() - begun) / 1000);
    const two = (number) => String(number).padStart(2, "0");
    return `${two(Math.min(Math.floor(seconds / 3600), 9999))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  }

  function end() {
    if (ended) return;
    ended = true;
    set("cmi.core.session_time", spent());
    set("cmi.core.exit", isComplete() ? "" : "suspend");
    api.LMSCommit("");
    api.LMSFinish("");
  }

  // The pages in the frame call these.
  window.lessonsOfPackage = {
    at(page) {
      if (!ended && known.includes(page)) {
        set("cmi.core.lesson_location", page);
        api.LMSCommit("");
      }
    },
    read(slug) {
      if (ended || !wanted.includes(slug)) return;
      read.add(slug);
      keep();
    },
    wasRead: (slug) => read.has(slug),
  };

  keep();
  const location_ = get("cmi.core.lesson_location");
  const spoken = navigator.languages.map((language) => `${language.split("-")[0]}/index.html`);
  const first = spoken.find((page) => known.includes(page)) ?? known[0];
  const frame = document.querySelector("iframe");
  frame.src = was === revision && known.includes(location_) ? location_ : first;
  frame.hidden = false;
  document.querySelector(".start").hidden = true;

  window.addEventListener("pagehide", end);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
})();
