// Draws the icons of the installed page from style/icon.svg: `node tests/page/icons.js` writes style/icons.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openChromium } from "./browsers.js";
import { project } from "./site.js";

const svg = await readFile(join(project, "style/icon.svg"), "utf8");
const browser = await openChromium();

/** `share`: how much of the picture's side the drawing takes up. */
async function draw(name, side, share, ground) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  await page.setContent(`<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">
    <div style="width:${100 * share}%;line-height:0">${svg}</div></body>`);
  await page.screenshot({ path: join(project, "style/icons", name), omitBackground: true });
  await page.close();
}

await draw("192.png", 192, 1, "transparent");
await draw("512.png", 512, 1, "transparent");
// A launcher may crop to a circle of 4/5 of the side; the rest has the drawing's own background.
await draw("maskable-512.png", 512, 0.7, "#14191c");
await browser.close();
