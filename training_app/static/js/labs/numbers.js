// Fractions of whole numbers of any size, and how they are written: as courses/labs/rounding.py does it.

export const NOBODY = "\u2013";

const divisor = (a, b) => (b ? divisor(b, a % b) : a < 0n ? -a : a);

export class Fraction {
  constructor(above, below = 1) {
    let [n, d] = [BigInt(above), BigInt(below)];
    if (d < 0n) [n, d] = [-n, -d];
    const by = divisor(n, d) || 1n;
    [this.n, this.d] = [n / by, d / by];
  }
  plus(other) {
    return new Fraction(this.n * other.d + other.n * this.d, this.d * other.d);
  }
  minus(other) {
    return new Fraction(this.n * other.d - other.n * this.d, this.d * other.d);
  }
  times(other) {
    return new Fraction(this.n * other.n, this.d * other.d);
  }
  over(other) {
    return new Fraction(this.n * other.d, this.d * other.n);
  }
  isAbove(other) {
    return this.n * other.d > other.n * this.d;
  }
  // In units of the last decimal, halves away from zero.
  rounded(decimals = 0) {
    const above = (this.n < 0n ? -this.n : this.n) * 10n ** BigInt(decimals);
    const whole = (2n * above + this.d) / (2n * this.d);
    return this.n < 0n ? -whole : whole;
  }
  toNumber() {
    return Number(this.n) / Number(this.d);
  }
}

export const whole = (number) => new Fraction(number);
export const ONE = whole(1);
export const HUNDRED = whole(100);

// A share, or null where there is nobody to count.
export const share = (part, of) => (of ? new Fraction(part, of) : null);

export const greatest = (fractions) => fractions.reduce((most, one) => (one.isAbove(most) ? one : most));
export const least = (fractions) => fractions.reduce((fewest, one) => (fewest.isAbove(one) ? one : fewest));

// Returns how numbers are written in the page's language.
export function writer({ decimal, group, percent, minus }) {
  const number = (value, decimals = 1) => {
    const fraction = value instanceof Fraction ? value : whole(value);
    const units = fraction.rounded(decimals);
    const power = 10n ** BigInt(decimals);
    const size = units < 0n ? -units : units;
    const digits = String(size / power).replace(/\B(?=(\d{3})+$)/g, group);
    const behind = decimals ? String(size % power).padStart(decimals, "0").replace(/0+$/, "") : "";
    return `${units < 0n ? minus : ""}${digits}${behind ? decimal + behind : ""}`;
  };
  return {
    number,
    share: (value) => (value === null ? NOBODY : number(value.times(HUNDRED)) + percent),
    points: (value) => (value === null ? NOBODY : number(value.times(HUNDRED))),
  };
}
