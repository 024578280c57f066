// Compares this project with its peers: `./dev bench` installs what this needs and runs it. docs/benchmarks.md says how
// each row is measured.

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { machine } from "./machine.js";
import { dist, made, project, python, target } from "./places.js";
import { run } from "./processes.js";
import { markdown, withResult } from "./report.js";
import { NotMeasured, notMeasured } from "./row.js";
import { agreement } from "./rows/agreement.js";
import { chromium, firefox } from "./rows/forward.js";
import { jpeg } from "./rows/jpeg.js";
import { trainerMemory, wasmMemory } from "./rows/memory.js";
import { native, training } from "./rows/native.js";
import { download, ready } from "./rows/visit.js";
import { serveSite } from "./site.js";

const ROWS = [agreement, chromium, firefox, native, training, jpeg, download, ready, wasmMemory, trainerMemory];

const { rows, quick, publish } = readArguments();
if (!existsSync(join(dist, "index.html"))) fail("dist/ has no page: build it first (./dev build)");
const site = await serveSite();
const bench = {
  site,
  /** Program → version, filled in by the rows as they learn it. */
  versions: {},
  /** How often to repeat: in a thorough run, or in a quick one. */
  times: (thorough, few) => (quick ? few : thorough),
};

await mkdir(made, { recursive: true });
await run(python, [join(project, "bench/peers/prepare.py"), made]);

const entries = [];
let failed = false;
for (const row of rows) {
  process.stderr.write(`bench: ${row.name}\n`);
  try {
    entries.push(...(await row.measure(bench)));
  } catch (error) {
    const reason = error.message.split("\n")[0];
    entries.push(...row.lines.map((line) => notMeasured(line, reason)));
    if (!(error instanceof NotMeasured)) {
      console.error(error);
      failed = true;
    }
  }
}
await site.close();

const about = await machine(bench.versions);
const text = markdown(entries, about, { quick });
await writeFile(join(target, "results.json"), JSON.stringify({ quick, machine: about, entries }, null, 2));
await writeFile(join(target, "results.md"), text);
if (publish && failed) {
  console.error("bench: a row broke, so the document keeps its last result");
} else if (publish) {
  const document = join(project, "docs/benchmarks.md");
  await writeFile(document, withResult(await readFile(document, "utf8"), text));
}
console.log(`\n${text}`);
// A missed target is a result. A row that failed, or peers that compute something else, are errors.
const disagrees = entries.some(({ what, outcome }) => what === agreement.lines[0].what && outcome === "missed");
process.exitCode = failed || disagrees ? 1 : 0;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean", default: false }, publish: { type: "boolean", default: false } },
  });
  const unknown = positionals.filter((name) => ROWS.every((row) => row.name !== name));
  const known = ROWS.map(({ name }) => name).join(", ");
  if (unknown.length > 0) fail(`no row is called ${unknown.join(", ")}; there are ${known}`);
  if (values.publish && (values.quick || positionals.length > 0)) fail("only a full run is published");
  return { ...values, rows: ROWS.filter(({ name }) => positionals.length === 0 || positionals.includes(name)) };
}

function fail(sentence) {
  console.error(`bench: ${sentence}`);
  process.exit(2);
}
