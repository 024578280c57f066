// The machine on which a result was measured, without its host name.

import { readFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { project, versionOf } from "./places.js";
import { run } from "./processes.js";

/** `versions` are those of the browsers and Keras, which report them only when they run. */
export async function machine(versions) {
  const [first] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: await commit(),
    processor: first.model.trim(),
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: await distribution(),
    versions: {
      ...versions,
      "onnxruntime-web": versionOf("onnxruntime-web"),
      "tfjs with its wasm backend": versionOf("@tensorflow/tfjs-backend-wasm"),
      "Node.js": process.versions.node,
    },
  };
}

async function commit() {
  const git = async (...args) => (await run("git", ["-C", project, ...args])).trim();
  try {
    // The result itself may already be written; it changes nothing that was measured.
    const changed = await git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/benchmarks.md");
    return (await git("rev-parse", "--short", "HEAD")) + (changed ? " with changes" : "");
  } catch {
    return "unknown";
  }
}

async function distribution() {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(await readFile("/etc/os-release", "utf8"))[1];
  } catch {
    return process.platform;
  }
}
