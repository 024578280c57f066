// Makes the built page work offline: service-worker.js, which caches the page in the browser, and standalone.html, the
// page as one file.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { standalone } from "./standalone.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const SERVICE_WORKER = "service-worker.js";
const STANDALONE = "standalone.html";

/** The built files: path below the site's folder → content, sorted by path. */
function builtFiles(site) {
  const paths = readdirSync(site, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(site, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
    .filter((path) => path !== SERVICE_WORKER && path !== STANDALONE)
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(site, path))]));
}

/** The service worker with the list of files that it caches. */
function serviceWorker(files) {
  const address = (path) => (path === "index.html" ? "" : encodeURI(path));
  const integrities = [...files].map(([path, content]) => [address(path), integrity(content)]);
  const list = `[\n${integrities.map((entry) => `  ${JSON.stringify(entry)},\n`).join("")}]`;
  const version = createHash("sha256").update(list).digest("hex").slice(0, 16);
  const source = readFileSync(join(here, SERVICE_WORKER), "utf8");
  return `const VERSION = "${version}";\nconst FILES = new Map(${list});\n\n${source}`;
}

const integrity = (content) => `sha256-${createHash("sha256").update(content).digest("base64")}`;

/** Writes both files into `site`, the folder of the built page. */
export function writeOffline(site) {
  const files = builtFiles(site);
  writeFileSync(join(site, SERVICE_WORKER), serviceWorker(files));
  writeFileSync(join(site, STANDALONE), standalone(files, integrity));
}
