// Counts down beside a sentence that says when the quiz closes, and reads the time left out at a few calm marks.
//
// The server says how many seconds are left when it makes the page, and again with each answer that it saves: the device's
// clock is never asked what time it is.  Without this script the sentence alone stands there.

const line = document.querySelector("[data-time-left]");
const MARKS_MINUTES = [60, 30, 10, 5, 1];

if (line) {
  const shown = document.createElement("span");
  const spoken = document.createElement("span");
  shown.setAttribute("aria-hidden", "true");
  spoken.className = "vh";
  spoken.setAttribute("role", "status");
  line.append(" ", shown, spoken);

  let ends = performance.now() + Number(line.dataset.seconds) * 1000;
  const minutesLeft = () => Math.max(0, Math.ceil((ends - performance.now()) / 60_000));
  let marks = MARKS_MINUTES.filter((mark) => mark < minutesLeft());

  const words = (minutes) => line.dataset.left.replace("NUMBER", minutes);

  function tick() {
    const minutes = minutesLeft();
    line.dataset.state = minutes <= 5 ? "short" : "";
    if (minutes === 0) {
      shown.textContent = "";
      if (spoken.textContent !== line.dataset.over) spoken.textContent = line.dataset.over;
      spoken.classList.remove("vh");
      return;
    }
    if (shown.textContent !== words(minutes)) shown.textContent = words(minutes);
    if (marks.some((mark) => minutes <= mark)) {
      marks = marks.filter((mark) => mark < minutes);
      spoken.textContent = words(minutes);
    }
    setTimeout(tick, Math.max(250, ends - performance.now() - (minutes - 1) * 60_000));
  }

  document.addEventListener("time-left", ({ detail }) => {
    ends = performance.now() + detail * 1000;
  });
  tick();
}
