// Trunk's hook after each build (Trunk.toml): splits the page's program, so that a first visit is short, then lets the
// page work without a network.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeOffline } from "./offline.mjs";
import { splitProgram } from "./split.mjs";

const { CARGO_TARGET_DIR, TRUNK_PROFILE, TRUNK_SOURCE_DIR, TRUNK_STAGING_DIR } = process.env;
const release = TRUNK_PROFILE === "release";
const target = CARGO_TARGET_DIR ?? join(TRUNK_SOURCE_DIR, "target");

splitProgram(TRUNK_STAGING_DIR, join(target, "wasm32-unknown-unknown", release ? "page" : "debug", "app.wasm"), release);
inlineIcon(TRUNK_STAGING_DIR);
writeOffline(TRUNK_STAGING_DIR);

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
