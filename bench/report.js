// The table, for the terminal and for docs/benchmarks.md.

const COLUMNS = ["what", "ours", "peer", "ours / peer", "target", "result"];

/** The finished rows and the machine as Markdown. */
export function markdown(entries, machine, { quick }) {
  const notes = [];
  const body = entries.map((entry) => cells(entry, notes));
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    ...(quick ? ["A quick run with few repeats: good for a look, not for a claim.", ""] : []),
    table([COLUMNS, ...body]),
    "",
    "Figures are medians, with quartiles in brackets.",
    "",
    ...notes.map((note, at) => `${at + 1}. ${note}`),
    "",
    `Measured on ${machine.date} at commit ${machine.commit}: ${machine.processor}, ${machine.cores} cores, ` +
      `${machine.memory}, ${machine.system}.`,
    `${versions.join(", ")}.`,
    "",
  ].join("\n");
}

function cells({ what, ours, peer, unit, ratio, target, outcome, note }, notes) {
  const mark = note ? ` [${notes.push(note)}]` : "";
  return [what + mark, figure(ours, unit), figure(peer, unit), ratio ? ratio.toFixed(2) : "", target, outcome];
}

function figure(measured, unit) {
  if (!measured) return "";
  const { name, median, q1, q3 } = measured;
  const quartiles = q1 === undefined ? "" : ` [${number(q1)}, ${number(q3)}]`;
  return `${name ? `${name} ` : ""}${number(median)}${quartiles}${unit ? ` ${unit}` : ""}`;
}

/** Three significant digits, without an exponent for everyday sizes. */
function number(value) {
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

function table(rows) {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const [head, ...body] = rows;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...body.map(line)].join("\n");
}

const BEGIN = "<!-- The last result: written by `./dev bench --publish` -->";
const END = "<!-- End of the last result -->";

/** The document with this result in place of the previous one. */
export function withResult(document, result) {
  const [before, rest] = document.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (after === undefined) throw new Error("the document has no place for the result");
  return `${before}${BEGIN}\n\n${result}\n${END}${after}`;
}
