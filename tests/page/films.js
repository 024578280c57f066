// The films that tests read, and what the native program says of them.

import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { project } from "./site.js";

const folder = join(project, "model/samples");

/** Paths of the sixteen sample films. */
export const samples = ["NORMAL", "PNEUMONIA"].flatMap((label) =>
  readdirSync(join(folder, label))
    .filter((name) => name.endsWith(".jpeg"))
    .sort()
    .map((name) => join(folder, label, name)),
);

/** What the native program says of the samples: file name → `{ probability, verdict }`. */
export function nativeReadings() {
  const trainer = process.env.TRAINER ?? builtTrainer();
  const lines = execFileSync(trainer, ["predict", "--json", ...samples], { cwd: project, encoding: "utf8" });
  const readings = lines.trim().split("\n").map((line) => JSON.parse(line));
  return new Map(readings.map((reading) => [basename(reading.file), reading]));
}

function builtTrainer() {
  const build = spawnSync("cargo", ["build", "--release", "-p", "trainer"], { cwd: project, stdio: "inherit" });
  if (build.status !== 0) throw new Error("the trainer does not build");
  return join(project, "target/release/trainer");
}
