"use strict";
// A page of a package: tells the page around it, where there is one, that it is open and that it was read.
(() => {
  let lessons = null;
  try {
    lessons = window.parent === window ? null : window.parent.lessonsOfPackage;
  } catch {
    // The page around is not ours.
  }
  if (!lessons) return;

  lessons.at(document.body.dataset.page);
  for (const item of document.querySelectorAll("[data-lesson]")) {
    item.querySelector("[data-was-read]").hidden = !lessons.wasRead(item.dataset.lesson);
  }
  const button = document.querySelector("[data-read]");
  if (!button) return;
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    lessons.read(button.dataset.read);
    window.location.assign(button.dataset.next);
  });
})();
