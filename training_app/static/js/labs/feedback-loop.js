// Twelve months of patrols that follow the record: as courses/labs/feedback_loop.py counts it.
import { Fraction, whole } from "./numbers.js";

const MONTHS = 12;
const HOURS = 1000;
const HOT_SPOT_HOURS = 800;

const SHARED_OUT = {
  "hot-spot": ([first, second]) => (first > second ? HOT_SPOT_HOURS : HOURS - HOT_SPOT_HOURS),
  "in-proportion": ([first, second]) => nearest(new Fraction(HOURS * first, first + second)),
  equal: () => HOURS / 2,
};

const nearest = (fraction) => Number(fraction.rounded());

function year({ record, methods }, stops) {
  const method = methods[stops.method.toNumber()];
  const happening = [stops.first, stops.second];
  const reported = happening.map((offences) => nearest(offences.times(stops.reported)));
  const months = [{ hours: [0, 0], seen: [0, 0], reported: [0, 0], record }];
  for (let number = 1; number <= MONTHS; number += 1) {
    const before = months.at(-1).record;
    const mine = before[0] === before[1] ? HOURS / 2 : SHARED_OUT[method](before);
    const hours = [mine, HOURS - mine];
    const seen = happening.map((offences, side) => nearest(offences.times(new Fraction(hours[side], 2 * HOURS))));
    months.push({ hours, seen, reported, record: before.map((all, side) => all + seen[side] + reported[side]) });
  }
  return months;
}

const shareOf = ([first, second]) => new Fraction(first, first + second);
const realShare = ({ first, second }) => first.over(first.plus(second));

export function outputs(settings, stops, write) {
  const months = year(settings, stops);
  const month = stops.month.toNumber();
  const found = { month: write.number(whole(month)) };
  months.forEach((one, number) => {
    for (const name of ["hours", "seen", "reported", "record"]) {
      one[name].forEach((value, side) => {
        found[`month_${number}_${name}_${side}`] = write.number(value);
      });
    }
  });
  const { record } = months[month];
  return {
    ...found,
    record_0: write.number(record[0]),
    record_1: write.number(record[1]),
    recorded_share: write.share(shareOf(record)),
    real_share: write.share(realShare(stops)),
    began_share: write.share(shareOf(settings.record)),
  };
}

export function draw(lab, settings, stops) {
  const months = year(settings, stops);
  const month = stops.month.toNumber();
  // As views/labs/drawings.py puts it.
  const height = (share) => (12 + 150 * (1 - share.toNumber())).toFixed(1);
  const points = months.map((one, number) => [44 + 27 * number, height(shareOf(one.record))]);
  lab.querySelector("[data-track]").setAttribute("points", points.slice(0, month + 1).join(" "));
  for (const circle of lab.querySelectorAll("circle[data-month]")) {
    const number = Number(circle.dataset.month);
    circle.setAttribute("cy", points[number][1]);
    circle.setAttribute("visibility", number > month ? "hidden" : "visible");
  }
  const real = lab.querySelector("[data-real]");
  real.setAttribute("y1", height(realShare(stops)));
  real.setAttribute("y2", height(realShare(stops)));
  for (const row of lab.querySelectorAll("[data-row]")) row.hidden = Number(row.dataset.row) > month;
}
