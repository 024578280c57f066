// Takes the README's screenshot of the page: `node tests/page/picture.js` writes docs/page.png.

import { join } from "node:path";
import { project } from "./site.js";
import { open } from "./visit.js";

const fixture = await open();
const visit = await fixture.visit({ colorScheme: "dark", viewport: { width: 1280, height: 840 } });
await visit.loaded();
const sample = visit.id("sample-film").nth(10);
await sample.click();
await visit.answer(await sample.getAttribute("data-file"));
await visit.page.mouse.move(0, 0);
await visit.page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
await visit.page.screenshot({ path: join(project, "docs/page.png"), animations: "disabled" });
await fixture.close();
