// One visit to the page in a fresh browser context, with methods for what a visitor does.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { openChromium } from "./browsers.js";
import { dist, serveSite } from "./site.js";

/** Starts a browser and a server for a test file; `close` stops both. */
export async function open() {
  if (!existsSync(join(dist, "index.html"))) {
    throw new Error(`${dist} has no page: build it first (./dev build)`);
  }
  const site = await serveSite();
  const browser = await openChromium();
  return {
    site,
    visit: (options) => Visit.begin(browser, site, options),
    close: async () => {
      await browser.close();
      await site.close();
    },
  };
}

export class Visit {
  /** The URL of every request of the page, in order. */
  requests = [];
  /** Console errors, uncaught exceptions and crashes. */
  complaints = [];

  /**
   * `prepare` gets the empty page, to change the browser before the site loads. The notice on a first visit has been
   * accepted, unless `accepted` is false.
   */
  static async begin(browser, site, options = {}) {
    const visit = new Visit();
    visit.site = site;
    const { accepted = true, clock, prepare, url = site.url, viewport = { width: 1280, height: 900 }, ...context } = options;
    visit.context = await browser.newContext({ viewport, ...context });
    visit.page = await visit.context.newPage();
    visit.context.on("request", (request) => visit.requests.push(request.url()));
    visit.page.on("console", (message) => {
      if (message.type() === "error") visit.complaints.push(message.text());
    });
    visit.page.on("pageerror", (error) => visit.complaints.push(String(error)));
    visit.page.on("crash", () => visit.complaints.push("the page crashed"));
    if (clock) await visit.page.clock.install();
    if (accepted) await visit.context.addInitScript(acceptNotice);
    await prepare?.(visit.page);
    await visit.page.goto(url);
    return visit;
  }

  async end() {
    await this.context.close();
  }

  /** Locates the elements with this test id. */
  id(testid) {
    return this.page.getByTestId(testid);
  }

  /** Waits until the reader is in this phase. */
  async phase(name) {
    await this.page.waitForSelector(`[data-testid=status][data-phase=${name}]`);
  }

  /**
   * Waits until nothing is left to load: the reader is ready, the reader of all formats and the samples are loaded, and
   * the page is cached.
   */
  async loaded() {
    await this.phase("ready");
    await this.page.waitForSelector("[data-testid=offline]:not([data-state=begun])", { state: "attached" });
    await this.page.waitForFunction(() => {
      const samples = [...document.querySelectorAll("[data-testid=sample-film]")];
      return samples.length === 16 && samples.every((sample) => sample.querySelector("img")?.complete);
    });
  }

  /** Chooses files through the file input: paths, or `{ name, mimeType, buffer }`. */
  async choose(files) {
    await this.id("file-input").setInputFiles(files);
  }

  /** Chooses a whole folder. */
  async chooseFolder(path) {
    await this.id("folder-input").setInputFiles(path);
  }

  /** A film's row in the worklist, by its file name. */
  row(file) {
    return this.page.locator(`[data-testid=worklist-row][data-file="${basename(file)}"]`);
  }

  /** Waits until every film of a worklist is read or has failed. */
  async listed() {
    await this.id("worklist").waitFor();
    await this.id("run-words").waitFor({ state: "detached", timeout: 120_000 });
  }

  /** The card of a film, by its file name. */
  card(file) {
    return this.page.locator(`[data-testid=result][data-file="${basename(file)}"]`);
  }

  /** Waits for a film's answer. */
  async answer(file) {
    const card = this.card(file).first();
    const value = async (testid) => Number(await card.getByTestId(testid).getAttribute("data-value"));
    return {
      probability: await value("probability"),
      milliseconds: await value("inference-ms"),
      verdict: await card.getByTestId("verdict").textContent(),
    };
  }

  /** Waits for the sentence that says why a film has no answer. */
  async error(file) {
    return this.card(file).first().getByTestId("error").textContent();
  }
}

/** Waits until a locator matches this many elements: the effect of a click may take a moment on a busy machine. */
export async function assertCount(locator, expected, message) {
  const end = Date.now() + 5000;
  let count = await locator.count();
  while (count !== expected && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    count = await locator.count();
  }
  assert.equal(count, expected, message);
}

/** Records in `window.tasks` the durations of tasks long enough for a visitor to notice, in milliseconds. */
export function watchTasks() {
  window.tasks = [];
  const note = (list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration));
  new PerformanceObserver(note).observe({ type: "longtask" });
}

/** Runs in the page before it starts. */
export const acceptNotice = () => {
  try {
    localStorage.setItem("notice-accepted", "yes");
  } catch {
    // It also runs in the initial empty page, which has no storage.
  }
};

/** Makes a page see a machine with one core, where a single worker reads. */
export const onOneCore = (page) =>
  page.addInitScript(() => Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => 1 }));
