// Trunk's post-build hook (Trunk.toml): splits the page's program, to keep the first visit short, then makes the page
// work offline. The development build (`./dev serve`) is not split, has one worker for all browsers, and is not cached,
// which would hide changes.

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

/** Inlines the icon: otherwise browsers request it again at each URL, such as the model card's. */
function inlineIcon(site) {
  const page = join(site, "index.html");
  const html = readFileSync(page, "utf8");
  const [link, file] = html.match(/<link rel="?icon"? [^>]*href="?\.\/([^" >]+\.svg)[^>]*>/) ?? [];
  if (!link) throw new Error("index.html has no icon");
  const icon = readFileSync(join(site, file), "base64");
  rmSync(join(site, file));
  writeFileSync(page, html.replace(link, `<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,${icon}">`));
}
