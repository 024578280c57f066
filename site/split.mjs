// Splits the page's program in two, at the function that src/bin/app.rs names: what a first visit needs, and the
// deferred part, which is loaded later. Trunk does not support split programs, so this makes both from the compiler's
// output and replaces Trunk's files.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The features enabled in .cargo/config.toml, and those that the compiler uses by default. */
const FEATURES = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext", "simd"];

/** Replaces the page's program in `site`, the folder of the built page. `release`: whether to optimise it for size. */
export function splitProgram(site, compiled, release) {
  const whole = readFileSync(compiled);
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 16);
  const name = { script: `app-${hash}.js`, wasm: `app-${hash}_bg.wasm`, deferred: `deferred-${hash}.wasm` };

  const work = mkdtempSync(join(tmpdir(), "split-"));
  try {
    run("wasm-split-cli", "--target", "web", "--out-name", "app", compiled, work);
    run("wasm-bindgen", "--target", "web", "--no-typescript", "--keep-lld-exports", "--out-dir", join(work, "bound"), "--out-name", "app", join(work, "app.wasm"));
    const finished = (path, to) => {
      const features = FEATURES.map((feature) => `--enable-${feature}`);
      if (release) run("wasm-opt", "-Oz", "--reorder-functions-by-name", ...features, join(work, path), "--output", join(site, to));
      else writeFileSync(join(site, to), readFileSync(join(work, path)));
    };
    removeWhole(site, name);
    finished("bound/app_bg.wasm", name.wasm);
    finished("split_deferred.wasm", name.deferred);
    const script = readFileSync(join(work, "bound/app.js"), "utf8");
    const loader = readFileSync(join(work, "__wasm_split.js"), "utf8");
    writeFileSync(join(site, name.script), joined(script, loader, name));
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Removes Trunk's files of the whole program, and renames them in the page. */
function removeWhole(site, name) {
  const page = join(site, "index.html");
  let html = readFileSync(page, "utf8");
  for (const [id, to] of [["page-script", name.script], ["page-wasm", name.wasm]]) {
    const link = new RegExp(`(<link id="?${id}"? [^>]*href="?\\./)([^" >]+)`);
    const [, , whole] = html.match(link) ?? [];
    if (!whole) throw new Error(`index.html has no link with the id ${id}`);
    rmSync(join(site, whole));
    html = html.replace(link, `$1${to}`);
  }
  writeFileSync(page, html);
}

/**
 * Joins two scripts, so that the page need not wait for a second one: wasm-bindgen's, and the one that loads the
 * deferred part. The latter is changed to request its file through src/ui/workers/start.js, as for all others, and to
 * accept it from servers that do not know the wasm type.
 */
function joined(script, loader, { deferred }) {
  const [load] = loader.match(/__wasm_split_load_\w+/) ?? [];
  const plain = replaced(loader, [
    [/^import \{ initSync \} from .*\n/, ""],
    [/^export const /m, "const "],
    [/fetch\(new URL\("[^"]*", import\.meta\.url\)\)/, `pageFiles.fetch(${JSON.stringify(deferred)})`],
    ["WebAssembly.instantiateStreaming(src, imports)", "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)"],
  ]);
  return replaced(script, [[/^import \* as (\w+) from "\.\/__wasm_split\.js";?$/m, (_, name) => `${plain}const ${name} = { ${load} };`]]);
}

function replaced(text, changes) {
  for (const [from, to] of changes) {
    const after = text.replace(from, to);
    if (after === text) throw new Error(`the tools write scripts in another way now: ${from} is not in them`);
    text = after;
  }
  return text;
}

function run(command, ...args) {
  try {
    execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if (error.code === "ENOENT") throw new Error(`${command} is not on PATH: \`./dev build\` installs it`);
    throw new Error(`${command} failed: ${error.stderr}`);
  }
}
