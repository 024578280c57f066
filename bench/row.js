// What a row of the table is made of.

import { judge, summary } from "./stats.js";

/** Why a row cannot be measured here: no fault of the program. The table says so. */
export class NotMeasured extends Error {}

/**
 * A finished row. `ours` and `peer` are `{ name?, median, q1?, q3?, count? }`; `bound` is of their ratio, or of our
 * figure alone where there is none. See `judge`.
 */
export function finished({ what, target, unit, ours, peer, bound, note }) {
  const ratio = peer && ours.median / peer.median;
  const outcome = bound ? judge(bound.absolute ? ours.median : ratio, bound) : "for information";
  return { what, target, unit, ours, peer, ratio, outcome, note };
}

export function notMeasured({ what, target }, reason) {
  return { what, target, outcome: `not measured: ${reason}` };
}

/** The figures of `roundRobin` as a named summary. */
export const named = (name, values) => ({ name, ...summary(values) });
