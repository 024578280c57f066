// The native program compared with Keras on tensorflow-cpu: inference and training, on two threads, in batches of
// sixteen.

import { withKeras } from "../keras.js";
import { trainer } from "../places.js";
import { onTheSameCores, run } from "../processes.js";
import { finished, NotMeasured } from "../row.js";
import { summary } from "../stats.js";

const THREADS = 2;
const BATCH = 16;

export const native = {
  name: "native",
  lines: [{ what: `native forward a film, batch ${BATCH}, ${THREADS} threads`, target: "at most 0.5 × Keras" }],
  measure: (bench) => measure(bench, native, {
    figure: "forward_ms_per_image",
    prepare: ["prepare_forward", { repeats: bench.times(100, 20) }],
    run: ["run_forward", { repeats: bench.times(100, 20) }],
    candidates: "milliseconds_per_image",
    unit: "ms",
    bound: { atMost: 0.5 },
  }),
};

export const training = {
  name: "training",
  lines: [{ what: `training with augmentation, batch ${BATCH}, ${THREADS} threads`, target: "at least 2 × Keras" }],
  measure: (bench) => measure(bench, training, {
    figure: "training_images_per_second",
    prepare: ["prepare_training", { rounds: bench.times(3, 1) }],
    run: ["run_training", { epochs: bench.times(3, 1) }],
    candidates: "images_per_second",
    unit: "films/s",
    bound: { atLeast: 2 },
  }),
};

async function measure(bench, row, { figure, prepare, run, candidates, unit, bound }) {
  const repeats = bench.times(20, 5);
  // Finds out whether this can be measured before starting Keras, which takes a while to find its fastest
  // configuration.
  await ours(repeats);
  return withKeras(THREADS, async (ask) => {
    Object.assign(bench.versions, await ask("versions"));
    const found = await ask(...prepare);
    const rounds = { ours: [], peer: [] };
    for (let round = 0; round < bench.times(5, 2); round++) {
      rounds.ours.push((await ours(repeats))[figure]);
      rounds.peer.push(summary(await ask(...run)));
    }
    const tried = Object.entries(found[candidates]).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
    return [finished({
      ...row.lines[0],
      unit,
      ours: middle(rounds.ours),
      peer: { name: "Keras", ...middle(rounds.peer) },
      bound,
      note: `Keras as ${found.chosen}, the fastest of what was tried (best times): ${tried.join(", ")} ${unit}`,
    })];
  });
}

/** What `trainer benchmark` measures. */
async function ours(repeats) {
  if (!trainer()) throw new NotMeasured("no trainer is built");
  const help = await run(trainer(), ["--help"]);
  if (!/^\s+benchmark\b/m.test(help)) throw new NotMeasured("the trainer has no command `benchmark`");
  const options = ["--json", "--batch", BATCH, "--threads", THREADS, "--repeats", repeats].map(String);
  const [command, ...args] = onTheSameCores(THREADS, [trainer(), "benchmark", ...options]);
  return JSON.parse(await run(command, args));
}

/** The median and the quartiles, each as the median over the rounds. */
function middle(rounds) {
  const over = (part) => summary(rounds.map((round) => round[part])).median;
  return { median: over("median"), q1: over("q1"), q3: over("q3"), rounds: rounds.length };
}
