// Keras as a process that answers questions on its standard input. See bench/peers/keras_server.py.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { onTheSameCores } from "./processes.js";
import { made, project, python } from "./places.js";

/** Starts Keras with this many threads, passes it to `use` and stops it; resolves to what `use` resolves to. */
export async function withKeras(threads, use) {
  const server = join(project, "bench/peers/keras_server.py");
  const [command, ...args] = onTheSameCores(threads, [python, server, made, String(threads)]);
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (text) => (complaints = (complaints + text).slice(-4000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (question, details = {}) => {
    child.stdin.write(`${JSON.stringify({ do: question, ...details })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`Keras stopped at ${question}:\n${complaints}`);
    return JSON.parse(value);
  };
  try {
    return await use(ask);
  } finally {
    child.stdin.end();
    await new Promise((resolve) => (child.exitCode === null ? child.once("exit", resolve) : resolve()));
  }
}
