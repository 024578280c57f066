// Serves the built page as a static host would, on a free local port.

import { createServer } from "node:http";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("../..", import.meta.url));

/** The built page; `DIST` names another folder, for a build beside the usual one. */
export const dist = process.env.DIST ?? join(project, "dist");

/** The file with the deferred parts. */
export const deferred = () => readdirSync(dist).find((name) => name.startsWith("deferred-"));

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".jpeg": "image/jpeg",
  ".js": "text/javascript",
  ".safetensors": "application/octet-stream",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/**
 * Starts a server with the built page in the folder /reading/room/, since the page must work from any folder. `answers`
 * maps a file name to a function that responds in place of the server: `(response) => …`. `asked` lists the requested
 * files, in order, and `folder` is where they are.
 */
export async function serveSite() {
  const answers = new Map();
  const site = { answers, asked: [], folder: dist };
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    const file = path.replace(/^\/reading\/room\//, "").replace(/^$/, "index.html");
    site.asked.push(file);
    const answer = answers.get(file);
    if (answer) {
      answer(response);
      return;
    }
    try {
      if (!path.startsWith("/reading/room/") || normalize(file).startsWith("..")) throw new Error("outside");
      const body = await readFile(join(site.folder, file));
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain", "content-length": body.length });
      response.end(body);
    } catch {
      response.writeHead(404);
      response.end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(site, {
    url: `http://127.0.0.1:${server.address().port}/reading/room/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  });
}
