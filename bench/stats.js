// Medians and quartiles of measurements.

/** `{ median, q1, q3, count }` of numbers; quartiles interpolate linearly, as NumPy's default does. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  return { median, q1, q3, count: sorted.length };
}

function quantile(sorted, share) {
  if (sorted.length === 0 || sorted.some(Number.isNaN)) throw new Error("no figures to take a quantile of");
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/**
 * Calls each measurement in turn, round after round, so that noise on the machine affects all of them; name → all
 * figures.
 */
export async function roundRobin(rounds, measurements) {
  const figures = Object.fromEntries(Object.keys(measurements).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of Object.entries(measurements)) figures[name].push(...(await measure()));
  }
  return figures;
}

/** "met" or "missed": whether a figure is at most (or, for `atLeast`, at least; for `below`, below) its bound. */
export function judge(figure, { atMost, atLeast, below }) {
  const met = (atMost === undefined || figure <= atMost)
    && (atLeast === undefined || figure >= atLeast)
    && (below === undefined || figure < below);
  return met ? "met" : "missed";
}
