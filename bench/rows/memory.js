// Memory: that of the program in the browser over many readings, and that of the native program while training.

import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { browsers } from "../browsers.js";
import { openContest } from "../contest.js";
import { project, python, samples, target, trainer } from "../places.js";
import { run } from "../processes.js";
import { finished, NotMeasured } from "../row.js";

const SETTLED_AFTER = 10;
/** What the target refers to: fewer films take less memory. */
const FILMS = 5216;

export const wasmMemory = {
  name: "wasm-memory",
  lines: [{ what: "wasm memory gained in 1,000 readings after the first ten", target: "none" }],

  async measure(bench) {
    const readings = bench.times(1000, 60);
    const contest = await openContest(bench, browsers.chromium);
    try {
      const films = await tenSamples();
      const sizes = await contest.page.evaluate(
        ([worker, films, readings]) => window.contest.memoryOverReadings(worker, films, readings),
        [contest.workers[0], films, readings],
      );
      const settled = sizes[SETTLED_AFTER - 1];
      const gained = Math.max(...sizes) - settled;
      return [finished({
        ...this.lines[0],
        what: this.lines[0].what.replace("1,000", readings.toLocaleString("en")),
        unit: "MB",
        ours: { median: gained / 1e6 },
        bound: { absolute: true, atMost: 0 },
        note: `${(settled / 1e6).toFixed(1)} MB after ten readings, ${(sizes.at(-1) / 1e6).toFixed(1)} MB at the end`,
      })];
    } finally {
      await contest.close();
    }
  },
};

/** Ten of the sample films, of many sizes: all of them are read before the memory should have settled. */
async function tenSamples() {
  const labels = await Promise.all(["NORMAL", "PNEUMONIA"].map(async (label) => {
    const names = (await readdir(join(samples, label))).filter((name) => name.endsWith(".jpeg")).sort();
    return names.slice(0, SETTLED_AFTER / 2).map((name) => `/samples/${label}/${name}`);
  }));
  return labels.flat();
}

export const trainerMemory = {
  name: "trainer-memory",
  lines: [{ what: "peak memory of training on the 5,216 films", target: "below 1.5 GB" }],

  async measure() {
    const folder = process.env.CHEST_XRAY_DATA;
    if (!folder) throw new NotMeasured("CHEST_XRAY_DATA names no folder of films");
    const data = join(folder, "chest_xray");
    if (!existsSync(data)) throw new NotMeasured("there is no chest_xray/ in CHEST_XRAY_DATA");
    if (!trainer()) throw new NotMeasured("no trainer is built");
    const films = await countFilms(join(data, "train"));
    const out = await mkdtemp(join(target, "run-"));
    try {
      const train = [trainer(), "train", "--data", data, "--out", out, "--epochs", "1", "--seed", "1"];
      const { peak_bytes: peak, seconds } = JSON.parse(
        await run(python, [join(project, "bench/peers/peak_memory.py"), ...train]),
      );
      const line = this.lines[0];
      return [finished({
        ...line,
        what: line.what.replace("5,216", films.toLocaleString("en")),
        unit: "GB",
        ours: { median: peak / 1e9 },
        bound: films === FILMS ? { absolute: true, below: 1.5 } : undefined,
        note: `one epoch, ${Math.round(seconds)} s with decoding and validation`,
      })];
    } finally {
      await rm(out, { recursive: true });
    }
  },
};

async function countFilms(folder) {
  const labels = await Promise.all(["NORMAL", "PNEUMONIA"].map((label) => readdir(join(folder, label))));
  return labels.flat().filter((name) => /\.(jpe?g|png)$/i.test(name)).length;
}
