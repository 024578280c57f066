// The browsers that the tests drive: Chromium with Playwright, Firefox over WebDriver BiDi, since Playwright drives
// only its own patched builds of Firefox.

import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FIREFOX = process.env.FIREFOX || "/usr/bin/firefox-esr";
/** Why tests in Firefox are skipped; false if it is installed. */
export const noFirefox = !existsSync(FIREFOX) && `there is no Firefox at ${FIREFOX}; FIREFOX names another place`;

const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const openChromium = () => chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });

export const openFirefox = () => puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
