// The films that the tests read, and what the native program says about them.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { project } from "./site.js";

/** Their folder, with `NORMAL` and `PNEUMONIA` in it. */
export const folder = join(project, "model/samples");

/** Paths of the sixteen sample films. */
export const samples = ["NORMAL", "PNEUMONIA"].flatMap((label) =>
  readdirSync(join(folder, label))
    .filter((name) => name.endsWith(".jpeg"))
    .sort()
    .map((name) => join(folder, label, name)),
);

/** The original recipe's weights, which give different answers from the shipped ones. */
export const ORIGINAL = join(project, "model/original.safetensors");

/**
 * Waits for the answers for these films, and compares them with the native program's, with the shipped weights or
 * these.
 */
export async function assertNative(visit, films, weights) {
  const native = nativeReadings(films, weights);
  for (const film of films) {
    const expected = native.get(basename(film));
    const { probability, milliseconds, verdict } = await visit.answer(film);
    assert.ok(Math.abs(probability - expected.probability) < 1e-4, `${film}: ${probability}, natively ${expected.probability}`);
    if (expected.cannot_assess) {
      const reason = await visit.card(film).first().getByTestId("cannot-assess-reason").textContent();
      assert.ok(reason.includes(expected.reason), `${film}: ${reason}`);
    } else {
      assert.equal(verdict.replace(" ", "_"), expected.verdict.replace(" ", "_"), film);
      assert.equal(await visit.card(film).first().getByTestId("cannot-assess").count(), 0, film);
    }
    assert.ok(milliseconds > 0 && milliseconds < 10_000, `${film} took ${milliseconds} ms`);
  }
}

/**
 * What the native program says about these films: file name → `{ probability, verdict, uncertain, unstable }`, or `{
 * probability, cannot_assess, reason }`. `weights` replaces the shipped ones.
 */
export function nativeReadings(films, weights) {
  const choice = weights ? ["--weights", weights] : [];
  const lines = native(["predict", "--json", ...choice, ...films]);
  const readings = lines.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(readings.length, films.length);
  return new Map(readings.map((reading) => [basename(reading.file), reading]));
}

/** The output of the native program. */
export function native(parameters) {
  const trainer = process.env.TRAINER ?? builtTrainer();
  return execFileSync(trainer, parameters, { cwd: project, encoding: "utf8" });
}

function builtTrainer() {
  const build = spawnSync("cargo", ["build", "--release", "-p", "trainer"], { cwd: project, stdio: "inherit" });
  if (build.status !== 0) throw new Error("the trainer does not build");
  return join(project, "target/release/trainer");
}

/** A blank picture, for a visit's file input. */
export async function blankFilm(visit) {
  const bytes = await visit.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(256, 256);
    canvas.getContext("2d");
    const picture = await canvas.convertToBlob();
    return [...new Uint8Array(await picture.arrayBuffer())];
  });
  return { name: "blank.png", mimeType: "image/png", buffer: Buffer.from(bytes) };
}
