// The rows of the table.

import { judge, summary } from "./stats.js";

/** Why a row cannot be measured here. Not a fault of the program; the table gives the reason. */
export class NotMeasured extends Error {}

/**
 * A finished row. `ours` and `peer` are `{ name?, median, q1?, q3?, count? }`; `bound` applies to their ratio or, if it
 * is `absolute`, to our figure alone. See `judge`.
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
