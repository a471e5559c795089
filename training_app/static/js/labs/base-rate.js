// How many of the people that a search flags are wrong: as courses/labs/base_rate.py counts it.
import { HUNDRED, ONE, whole } from "./numbers.js";

export function outputs({ people }, stops, write) {
  const wanted = stops.wanted;
  const others = whole(people).minus(wanted);
  const hits = wanted.times(stops.found);
  const wrong = others.times(stops.flagged);
  const flagged = hits.plus(wrong);
  const precision = hits.over(flagged);
  const marks = precision.times(HUNDRED).rounded();
  return {
    people: write.number(people),
    wanted: write.number(wanted),
    others: write.number(others),
    hits: write.number(hits),
    missed: write.number(wanted.minus(hits)),
    wrong: write.number(wrong),
    left_alone: write.number(others.minus(wrong)),
    flagged: write.number(flagged),
    not_flagged: write.number(whole(people).minus(flagged)),
    precision: write.share(precision),
    wrong_of_100: write.number(ONE.minus(precision).times(HUNDRED)),
    right_marks: write.number(marks),
    wrong_marks: write.number(100n - marks),
  };
}

export function draw(lab, { people }, stops) {
  const hits = stops.wanted.times(stops.found);
  const wrong = whole(people).minus(stops.wanted).times(stops.flagged);
  const right = Number(hits.over(hits.plus(wrong)).times(HUNDRED).rounded());
  lab.querySelectorAll(".marks > g").forEach((mark, place) => {
    mark.setAttribute("class", place < right ? "is-right" : "is-wrong");
  });
}
