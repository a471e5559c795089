// Who is flagged on either side of the line, and how far the groups lie apart: as courses/labs/fairness.py counts it.
import { Fraction, ONE, greatest, least, share } from "./numbers.js";

const FOUR_FIFTHS = new Fraction(4, 5);

const gap = (rates) => (rates.includes(null) ? null : greatest(rates).minus(least(rates)));

export function outputs({ groups, verdicts }, stops, write) {
  const threshold = stops.threshold.toNumber();
  const counted = groups.map((group) => counts(group, threshold));
  const found = { threshold: write.number(stops.threshold) };
  counted.forEach((group, place) => {
    for (const name of ["hits", "missed", "wrong", "left_alone"]) found[`group_${place}_${name}`] = write.number(group[name]);
    for (const [name, rate] of Object.entries(group.rates)) found[`group_${place}_${name}`] = write.share(rate);
  });
  const of = (name) => gap(counted.map((group) => group.rates[name]));
  const odds = [of("false_negative_rate"), of("false_positive_rate")];
  const spared = counted.map((group) => ONE.minus(group.rates.selection_rate));
  const most = greatest(spared);
  const ratio = most.n ? least(spared).over(most) : null;
  found.selection_gap = write.points(of("selection_rate"));
  found.false_positive_gap = write.points(of("false_positive_rate"));
  found.opportunity_gap = write.points(of("false_negative_rate"));
  found.odds_gap = write.points(odds.includes(null) ? null : greatest(odds));
  found.precision_gap = write.points(of("precision"));
  found.favourable_ratio = write.share(ratio);
  found.four_fifths = verdicts[ratio === null ? "none" : FOUR_FIFTHS.isAbove(ratio) ? "failed" : "met"];
  return found;
}

function counts({ wanted, others }, threshold) {
  const hits = wanted.filter((score) => score >= threshold).length;
  const wrong = others.filter((score) => score >= threshold).length;
  const missed = wanted.length - hits;
  return {
    hits,
    missed,
    wrong,
    left_alone: others.length - wrong,
    rates: {
      selection_rate: share(hits + wrong, wanted.length + others.length),
      false_positive_rate: share(wrong, others.length),
      false_negative_rate: share(missed, wanted.length),
      precision: share(hits, hits + wrong),
    },
  };
}

export function draw(lab, _settings, stops) {
  const threshold = stops.threshold.toNumber();
  // As views/labs/drawings.py puts it: half a score before the line's own.
  const x = (14 + 3.72 * (threshold - 0.5)).toFixed(1);
  for (const line of lab.querySelectorAll("[data-line]")) {
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
  }
  for (const dot of lab.querySelectorAll("[data-score]")) {
    const isFlagged = Number(dot.dataset.score) >= threshold;
    dot.classList.toggle("is-flagged", isFlagged);
    dot.classList.toggle("is-left", !isFlagged);
  }
}
