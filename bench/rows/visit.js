// A first visit: what it downloads, and how long it takes on a slow connection until a film can be read.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { browsers } from "../browsers.js";
import { made } from "../places.js";
import { finished, named, NotMeasured } from "../row.js";
import { named as filed } from "../site.js";
import { roundRobin } from "../stats.js";

const OURS = "/ours/index.html";
/**
 * The package `@tensorflow/tfjs` with its wasm backend, as its documentation says to load them. The targets refer to
 * this one.
 */
const TFJS = { title: "tfjs page", path: "/page/tfjs.html" };
/** Only the parts of tfjs that this network needs, if one knows them: its core and its wasm backend. */
const TFJS_CORE = { title: "tfjs page, core alone", path: "/page/tfjs_core.html" };
const PEERS = [TFJS, TFJS_CORE];
const READY = "[data-testid=status][data-phase=ready]";
const LIMIT = 500_000;
/** What the product loads once it is ready. */
const LATER = /^\/ours\/(deferred-|samples\/|worker-all-formats|service-worker|icons\/|page\.webmanifest)/;
const LINE = { offline: false, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8, latency: 40 };

export const download = {
  name: "download",
  lines: [{ what: "downloaded by a first visit that reads a PNG and a JPEG, brotli", target: "at most 500 KB" }],

  async measure(bench) {
    return inChromium(bench, async (browser) => {
      const all = await downloaded(browser, bench.site, OURS);
      const needed = await downloaded(browser, bench.site, OURS, { later: LATER, use: readFilms });
      const size = (part) => kilobytes(total(all.filter(({ path }) => path.startsWith(`/ours/${part}`))));
      const list = needed.map(({ path, size }) => `${path.replace("/ours/", "")} ${kilobytes(size)}`).join(", ");
      const line = { ...this.lines[0], unit: "KB", ours: { median: total(needed) / 1000 } };
      const peers = [];
      for (const { title, path } of PEERS) {
        peers.push({ name: title, median: total(await downloaded(browser, bench.site, path)) / 1000 });
      }
      const [peer, ...others] = peers;
      const judged = finished({
        ...line,
        peer,
        bound: { absolute: true, atMost: LIMIT / 1000 },
        note: `${list}. The films were read while all else was held back: the viewer, worklist and tools, `
          + `${size("deferred-")}, the sample films, ${size("samples/")}, and the reader of other formats, `
          + `${size("worker-all-formats")}, which come when the page is ready.`,
      });
      return [judged, ...others.map((peer) => finished({ ...line, target: "", peer }))];
    });
  },
};

export const ready = {
  name: "ready",
  lines: [{ what: "time to ready at 10 Mbit/s, nothing cached, Chromium", target: "below the tfjs page" }],

  async measure(bench) {
    return inChromium(bench, async (browser) => {
      const { site } = bench;
      // Compresses everything that the pages request, before anything is timed.
      const pages = [{ title: "page", path: OURS }, ...PEERS];
      for (const { path } of pages) await downloaded(browser, site, path);
      site.compresses = true;
      const turns = pages.map(({ title, path }) => [title, async () => [await timeToReady(browser, site.origin + path)]]);
      await roundRobin(1, Object.fromEntries(turns));
      const figures = await roundRobin(bench.times(15, 3), Object.fromEntries(turns));
      site.compresses = false;
      const [ours, peer, ...others] = pages.map(({ title }) => named(title, figures[title]));
      const line = { ...this.lines[0], unit: "ms", ours };
      return [
        finished({ ...line, peer, bound: { below: 1 } }),
        ...others.map((peer) => finished({ ...line, target: "", peer })),
      ];
    });
  },
};

async function inChromium(bench, use) {
  const { chromium } = browsers;
  if (chromium.missing) throw new NotMeasured(chromium.missing);
  const opened = await chromium.open();
  bench.versions[chromium.name] = opened.version;
  try {
    return await use(opened.browser);
  } finally {
    await opened.close();
  }
}

/**
 * The files of a whole visit to this page, as `{ path, size }`, with the size after compression by brotli. Requests
 * that match `later` are aborted.
 */
async function downloaded(browser, site, address, { later, use = async () => {} } = {}) {
  const context = await browser.newContext();
  const page = await context.newPage();
  if (later) await page.route((url) => later.test(url.pathname), (route) => route.abort());
  const paths = new Set();
  context.on("request", (request) => {
    const { protocol, origin, pathname } = new URL(request.url());
    if (protocol === "http:" && origin === site.origin && !later?.test(pathname)) paths.add(filed(pathname));
  });
  await page.goto(site.origin + address);
  await page.waitForSelector(READY, { state: "attached" });
  await use(page);
  // A headless browser requests no icon, but a visitor's does.
  const icon = await page.evaluate(() => document.querySelector("link[rel~=icon]")?.href);
  if (icon?.startsWith(site.origin)) paths.add(new URL(icon).pathname);
  await page.waitForLoadState("networkidle");
  await context.close();
  return Promise.all([...paths].map(async (path) => ({ path, size: await site.compressedSize(path) })));
}

/** Uses the page on both kinds of file, so that what it loads late is counted, too. */
async function readFilms(page) {
  const [png] = JSON.parse(await readFile(join(made, "films.json"), "utf8"));
  for (const film of [join("films", png), "film.jpeg"]) {
    await page.getByTestId("file-input").setInputFiles(join(made, film));
    const name = film.split("/").at(-1);
    await page.waitForSelector(`[data-testid=result][data-file="${name}"] [data-testid=probability]`);
  }
}

/** Milliseconds from the start of the navigation, with an empty cache, until the page says that it is ready. */
async function timeToReady(browser, url) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const line = await context.newCDPSession(page);
    await line.send("Network.enable");
    await line.send("Network.emulateNetworkConditions", LINE);
    // Recorded in the page: what the browser does next must not delay the timestamp.
    await page.addInitScript((ready) => {
      const look = () => {
        if (document.querySelector(ready)) window.readyAt ??= performance.now();
      };
      new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
    }, READY);
    await page.goto(url, { waitUntil: "commit" });
    await page.waitForFunction(() => window.readyAt);
    return await page.evaluate(() => window.readyAt);
  } finally {
    await context.close();
  }
}

const total = (files) => files.reduce((sum, { size }) => sum + size, 0);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
