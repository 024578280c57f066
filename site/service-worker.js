// Caches the page for offline use: all files of one version in one cache. site/offline.mjs writes this worker into the
// built site, preceded by that version and the list of its files:
//
//   const VERSION = "…";
//   const FILES = new Map([["", "sha256-…"], ["app-….js", "sha256-…"], …]); // path → integrity; "" is the page

const scope = self.registration.scope;
/** All folders of an origin share its caches. */
const mine = `${scope}#`;
const cacheName = mine + VERSION;

/** The build of the worker for PNG and JPEG that this browser loads: src/ui/workers/start.js. */
const build = new URL(self.location).searchParams.get("build");
const isWanted = (path) => !/^worker(-relaxed)?[._]/.test(path) || path.startsWith(`${build}.`) || path.startsWith(`${build}_`);

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("message", (event) => event.waitUntil(takeOver(event.source)));
self.addEventListener("fetch", (event) => {
  const path = pathOf(event.request.url);
  if (event.request.method === "GET" && FILES.has(path)) event.respondWith(answer(path));
});

/** If one file fails, the page stays as it was: no version is ever cached in part. */
async function keep() {
  const cache = await caches.open(cacheName);
  const paths = [...FILES.keys()].filter(isWanted);
  await Promise.all(paths.map(async (path) => cache.put(scope + path, await download(path))));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(mine) && name !== cacheName).map((name) => caches.delete(name)));
}

/** Activates this version, unless another tab still runs the previous one: that tab would get files of both. */
async function takeOver(page) {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (tabs.some(({ id, url }) => id !== page.id && url.startsWith(scope))) page.postMessage("other tabs");
  else await self.skipWaiting();
}

async function answer(path) {
  const cache = await caches.open(cacheName);
  // The browser may have evicted it.
  return (await cache.match(scope + path, { ignoreVary: true })) ?? download(path);
}

/** A file of exactly this version. The page has just loaded it, so it is usually in the browser's HTTP cache. */
async function download(path) {
  const integrity = FILES.get(path);
  try {
    return await fetch(scope + path, { cache: "force-cache", integrity });
  } catch {
    return fetch(scope + path, { cache: "reload", integrity });
  }
}

/** The path of a URL within the page's folder; undefined outside it. */
function pathOf(address) {
  const { origin, pathname } = new URL(address);
  if (!(origin + pathname).startsWith(scope)) return undefined;
  const path = (origin + pathname).slice(scope.length);
  return path === "index.html" ? "" : path;
}
