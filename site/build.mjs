// Trunk's hook after each build (Trunk.toml): splits the page's program, so that a first visit is short, then lets the
// page work without a network. Of the page as it is developed (`./dev serve`), which is in one piece with one worker
// for all browsers, nothing is kept that would hide a change.

import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeOffline } from "./offline.mjs";
import { splitProgram } from "./split.mjs";

const { CARGO_TARGET_DIR, TRUNK_PROFILE, TRUNK_SOURCE_DIR, TRUNK_STAGING_DIR } = process.env;
const release = TRUNK_PROFILE === "release";
const target = CARGO_TARGET_DIR ?? join(TRUNK_SOURCE_DIR, "target");
const profile = release ? "page" : "serve";

inlineIcon(TRUNK_STAGING_DIR);
if (existsSync(join(TRUNK_STAGING_DIR, "worker-relaxed.js"))) {
  splitProgram(TRUNK_STAGING_DIR, join(target, "wasm32-unknown-unknown", profile, "app.wasm"), release);
  writeOffline(TRUNK_STAGING_DIR);
} else {
  for (const build of ["worker-relaxed", "worker-all-formats"]) {
    for (const file of [".js", "_bg.wasm"]) {
      copyFileSync(join(TRUNK_STAGING_DIR, `worker${file}`), join(TRUNK_STAGING_DIR, `${build}${file}`));
    }
  }
}

/** Puts the icon into the page: a browser asks the server for it again at each address, such as the model card's. */
function inlineIcon(site) {
  const page = join(site, "index.html");
  const html = readFileSync(page, "utf8");
  const [link, file] = html.match(/<link rel="?icon"? [^>]*href="?\.\/([^" >]+\.svg)[^>]*>/) ?? [];
  if (!link) throw new Error("index.html has no icon");
  const icon = readFileSync(join(site, file), "base64");
  rmSync(join(site, file));
  writeFileSync(page, html.replace(link, `<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,${icon}">`));
}
