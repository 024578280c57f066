// Serves the built page, the peers and their files as a static host would, on a free local port.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { dist, made, packages, project } from "./places.js";

const FOLDERS = {
  ours: dist,
  peers: packages,
  made,
  samples: join(project, "model/samples"),
  page: join(project, "bench/page"),
};

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".jpeg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};
/** Already compressed: brotli gains nothing. */
const PICTURES = [".jpeg", ".png"];

/**
 * Starts the server. While `compresses` is true, it sends files compressed by brotli at its highest quality; they must
 * have gone through `compressedSize` before, which is slow. Every response makes its page cross-origin isolated, which
 * gives it a fine-grained clock (5 µs in Chromium, 20 µs in Firefox).
 */
export async function serveSite() {
  const compressed = new Map();
  const site = { compresses: false };
  const server = createServer(async (request, response) => {
    const path = named(decodeURIComponent(new URL(request.url, "http://host").pathname));
    try {
      const headers = {
        "content-type": TYPES[extname(path)] ?? "application/octet-stream",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      };
      let body = await readFile(fileAt(path));
      if (site.compresses && !PICTURES.includes(extname(path))) {
        if (!/\bbr\b/.test(request.headers["accept-encoding"])) throw new Error("the browser takes no brotli");
        body = compressed.get(path);
        headers["content-encoding"] = "br";
      }
      response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
    } catch (error) {
      process.stderr.write(`bench: ${path}: ${error.message}\n`);
      response.writeHead(404).end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(site, {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** How many bytes a static host sends to a browser for this path. */
    compressedSize: async (path) => {
      const bytes = await readFile(fileAt(path));
      if (PICTURES.includes(extname(path))) return bytes.length;
      if (!compressed.has(path)) compressed.set(path, await brotli(bytes));
      return compressed.get(path).length;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  });
}

function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return promisify(brotliCompress)(bytes, { params });
}

/** The path with the file name of a folder's page: the service worker requests the folder. */
export const named = (path) => path.replace(/\/$/, "/index.html");

/** The file for a path of the site: `/ours/index.html` → `dist/index.html`. */
export function fileAt(path) {
  const [, folder, ...rest] = path.split("/");
  const file = normalize(rest.join("/"));
  if (!(folder in FOLDERS) || file.startsWith("..")) throw new Error(`${path} is not on the site`);
  return join(FOLDERS[folder], file);
}
