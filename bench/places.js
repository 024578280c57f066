// Paths, and the packages that `./dev bench` has installed.

import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("..", import.meta.url));
/** The built page. */
export const dist = join(project, "dist");
/** Everything that the benchmarks install and generate. */
export const target = join(project, "target/bench");
/** The output of bench/peers/prepare.py. */
export const made = join(target, "made");
export const packages = join(target, "node/node_modules");
export const python = join(target, "venv/bin/python");
export const samples = join(project, "model/samples");

const require = createRequire(join(target, "node/package.json"));
/** Loads an installed package. */
export const load = (name) => require(name);
/** The version of an installed package; not all of them export their package.json. */
export const versionOf = (name) => require(join(packages, name, "package.json")).version;

/** Names of the product's workers in the built site: "worker", and the one with relaxed SIMD if there is one. */
export async function builtWorkers() {
  const files = await readdir(dist);
  return ["worker", "worker-relaxed"].filter((name) => files.includes(`${name}.js`));
}

/** The native program, or undefined if it is not built. */
export function trainer() {
  const path = process.env.TRAINER ?? join(project, "target/release/trainer");
  return existsSync(path) ? path : undefined;
}
