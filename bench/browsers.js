// The browsers, each driven by the tool that suits it best, behind the few functions that the benchmarks need.

import { load } from "./places.js";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

/** `open()` resolves to `{ version, page(url), close() }`; `missing` says why it cannot. */
export const browsers = {
  chromium: {
    name: "Chromium",
    missing: process.env.CHROMIUM ? undefined : "no Chromium",
    open: openChromium,
  },
  firefox: {
    name: "Firefox",
    missing: process.env.FIREFOX ? undefined : "no Firefox",
    open: openFirefox,
  },
};

async function openChromium() {
  const { chromium } = load("playwright-core");
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
  return {
    version: browser.version(),
    browser,
    page: async (url) => visit(await browser.newPage(), url),
    close: () => browser.close(),
  };
}

/** Over WebDriver BiDi: Playwright drives only its own patched builds of Firefox. */
async function openFirefox() {
  const puppeteer = load("puppeteer-core");
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX,
    headless: true,
    protocolTimeout: 600_000,
  });
  return {
    version: (await browser.version()).replace(/^firefox\//i, ""),
    page: async (url) => visit(await browser.newPage(), url),
    close: () => browser.close(),
  };
}

async function visit(page, url) {
  page.on("pageerror", (error) => process.stderr.write(`${url}: ${error}\n`));
  await page.goto(url);
  return page;
}
