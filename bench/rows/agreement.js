// Do all of them compute the same thing? Only then do the other rows compare like with like.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { browsers } from "../browsers.js";
import { openContest, PEERS } from "../contest.js";
import { withKeras } from "../keras.js";
import { made, trainer } from "../places.js";
import { run } from "../processes.js";
import { finished, NotMeasured } from "../row.js";

const TOLERANCE = 1e-3;

export const agreement = {
  name: "agreement",
  lines: [{ what: "largest difference of probability on 16 sample films, all peers", target: `at most ${TOLERANCE}` }],

  async measure(bench) {
    const answers = { Keras: await withKeras(2, (ask) => ask("probabilities")) };
    const missing = [];
    if (trainer()) answers["ours, native"] = await native();
    else missing.push("ours, native: no trainer is built");
    for (const browser of Object.values(browsers)) {
      if (browser.missing) missing.push(browser.missing);
      else Object.assign(answers, await inBrowser(bench, browser));
    }
    const names = Object.keys(answers);
    if (names.length < 2) throw new NotMeasured(missing.join("; "));
    const spread = answers.Keras.map((_, film) => {
      const values = names.map((name) => answers[name][film]);
      return Math.max(...values) - Math.min(...values);
    });
    if (spread.some(Number.isNaN)) throw new Error(`not every film has every answer: ${JSON.stringify(answers)}`);
    const note = [`compared: ${names.join("; ")}`, ...missing].join("; ");
    const ours = { median: Math.max(...spread) };
    return [finished({ ...this.lines[0], unit: "", ours, bound: { absolute: true, atMost: TOLERANCE }, note })];
  },
};

/** The native program's probabilities, in the order of films.json. */
async function native() {
  const names = JSON.parse(await readFile(join(made, "films.json"), "utf8"));
  const lines = await run(trainer(), ["predict", "--json", ...names.map((name) => join(made, "films", name))]);
  const found = lines.split("\n").filter(Boolean).map((line) => JSON.parse(line).probability);
  if (found.length !== names.length) throw new Error(`the trainer answered ${found.length} of ${names.length} films`);
  return found;
}

async function inBrowser(bench, browser) {
  const contest = await openContest(bench, browser);
  try {
    const answers = {};
    for (const name of [...contest.workers, ...Object.keys(PEERS)]) {
      const title = PEERS[name]?.title ?? `ours (${name})`;
      await contest.start(name);
      answers[`${title} in ${browser.name}`] = await contest.probabilities(name);
    }
    return answers;
  } finally {
    await contest.close();
  }
}
