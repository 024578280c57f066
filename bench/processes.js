// Runs the programs that are measured, on the cores that they may use.

import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { promisify } from "node:util";

/**
 * The command, pinned to this many cores, always the same ones: otherwise a library may use more threads than it was
 * told to.
 */
export function onTheSameCores(count, command) {
  if (spawnSync("taskset", ["--version"]).status !== 0) return command;
  return ["taskset", "--cpu-list", allowedCores().slice(0, count).join(","), ...command];
}

/** Numbers of the cores this process may use. */
function allowedCores() {
  const [, list] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"));
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  });
}

/** Runs a command; resolves to its standard output, or fails with the last line of its standard error. */
export async function run(command, args) {
  try {
    return (await promisify(execFile)(command, args, { maxBuffer: 1e8 })).stdout;
  } catch (error) {
    const last = error.stderr?.trim().split("\n").at(-1);
    throw new Error(`${basename(command)} failed: ${last || error.message}`);
  }
}
