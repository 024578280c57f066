// Makes standalone.html from the built page: one file that opens with a double click, even from a USB stick. Scripts
// and styles are inlined as text, allowed by their hashes; everything else is compressed data that carried.js unpacks.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** wasm-bindgen's export, which has no effect in an inline script. */
const EXPORT = /export \{[^}]*\b(\w+) as default[^}]*\};?\s*$/;

/** `files`: path → content of the built site. `integrity`: content → its hash, in the form that a policy uses. */
export function standalone(files, integrity) {
  const carried = readFileSync(new URL("carried.js", import.meta.url), "utf8");
  const text = (path) => taken(files, path).toString("utf8");
  // Its comments describe the site of many files.
  const page = text("index.html").replace(/<!--[^]*?-->\s*/g, "");
  const rest = new Map(files);
  rest.delete("index.html");
  // A single file is never installed, so it needs no app icons.
  for (const { src } of JSON.parse(text("page.webmanifest")).icons) rest.delete(src);

  const hashes = { script: [], style: [] };
  const inline = (kind, attributes, content) => {
    // The HTML parser turns \r\n into \n, and would end the element early at a closing tag.
    const written = `\n${content.replaceAll("\r", "").trim()}\n`;
    if (/<\/(script|style)|<!--/i.test(written)) throw new Error("a script or style cannot stand in the page");
    hashes[kind].push(`'${integrity(written)}'`);
    return `<${kind}${attributes}>${written}</${kind}>`;
  };
  const module = (content) => inline("script", ' type="module"', content);

  let program, wasm;
  let html = page.replace(/<link\b[^>]*>/g, (link) => {
    const path = attribute(link, "href").replace(/^\.\//, "");
    rest.delete(path);
    if (attribute(link, "rel") === "stylesheet") return inline("style", "", text(path));
    if (attribute(link, "id") === "page-script") program = text(path);
    if (attribute(link, "id") === "page-wasm") wasm = taken(files, path);
    return "";
  });
  if (!EXPORT.test(program)) throw new Error("wasm-bindgen's script exports its program in another way");
  const before = [carried, program.replace(EXPORT, "carried.program = $1;")];
  html = html.replace(/<script\b[^>]*\bsrc=[^>]*><\/script>/g, (script) => {
    const path = attribute(script, "src").replace(/^\.\//, "");
    rest.delete(path);
    return [...before.splice(0), text(path)].map(module).join("\n");
  });

  const data = [...rest].map(([path, content]) => block(`data-path="${path}"`, path, content));
  data.push(block('id="page-wasm"', ".wasm", wasm));
  html = html.replace("</body>", () => `${data.join("\n")}\n</body>`);
  return withPolicy(html, hashes);
}

/** A data block, which browsers do not run as a script. */
function block(name, path, content) {
  const type = path.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return `<script ${name} type="${type}">${gzipSync(content, { level: 9 }).toString("base64")}</script>`;
}

/** The page with a policy that allows only its own scripts and styles, and no requests. */
function withPolicy(html, { script, style }) {
  const policy = [
    "default-src 'none'",
    `script-src ${script.join(" ")} 'wasm-unsafe-eval'`,
    `style-src ${style.join(" ")}`,
    "worker-src blob:",
    "img-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const meta = /(<meta http-equiv="Content-Security-Policy" content=")[^"]*"/;
  if (!meta.test(html)) throw new Error("the page has no Content-Security-Policy");
  return html.replace(meta, (_, start) => `${start}${policy}"`);
}

function taken(files, path) {
  const content = files.get(path);
  if (!content) throw new Error(`the page names ${path}, which was not built`);
  return content;
}

/** An attribute's value, quoted or not; empty if it is missing. */
function attribute(tag, name) {
  const [, quoted, bare] = tag.match(new RegExp(`\\s${name}=(?:"([^"]*)"|([^\\s>]+))`)) ?? [];
  return quoted ?? bare ?? "";
}
