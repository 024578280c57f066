// A visit in Firefox, with the methods of visit.js.

import { basename } from "node:path";
import { openFirefox } from "./browsers.js";
import { acceptNotice } from "./visit.js";

/** Starts Firefox; `close` stops it. */
export async function open() {
  const browser = await openFirefox();
  return { visit: (url) => FirefoxVisit.begin(browser, url), close: () => browser.close() };
}

class FirefoxVisit {
  /** The requested URLs, except those in memory (blob:, data:). */
  requests = [];
  complaints = [];

  static async begin(browser, url) {
    const visit = new FirefoxVisit();
    visit.page = await browser.newPage();
    visit.page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url())) visit.requests.push(request.url());
    });
    visit.page.on("console", (message) => {
      if (message.type() === "error") visit.complaints.push(message.text());
    });
    visit.page.on("pageerror", (error) => visit.complaints.push(String(error)));
    await visit.page.evaluateOnNewDocument(acceptNotice);
    await visit.page.goto(url);
    return visit;
  }

  async end() {
    await this.page.close();
  }

  /** Waits until nothing is left to load. */
  async loaded() {
    await this.page.waitForSelector("[data-testid=status][data-phase=ready]");
    await this.page.waitForSelector("[data-testid=offline]:not([data-state=begun])");
  }

  async choose(files) {
    const input = await this.page.$("[data-testid=file-input]");
    await input.uploadFile(...files);
  }

  /** Chooses a sample film by its number, and returns its file name. */
  async takeSample(number) {
    const samples = await this.page.$$("[data-testid=sample-film]");
    const sample = samples[number - 1];
    await sample.click();
    return sample.evaluate((button) => button.dataset.file);
  }

  /** Waits for a film's answer. */
  async answer(file) {
    const card = `[data-testid=result][data-file="${basename(file)}"]`;
    await this.page.waitForSelector(`${card} [data-testid=probability]`);
    return this.page.$eval(card, (card) => {
      const find = (testid) => card.querySelector(`[data-testid=${testid}]`);
      return {
        probability: Number(find("probability").dataset.value),
        milliseconds: Number(find("inference-ms").dataset.value),
        verdict: find("verdict").textContent,
      };
    });
  }
}
