// Synthetic films: 16-bit greyscale DICOM files in which every pixel is known.

const TEXT = new TextEncoder();

/**
 * A DICOM file (explicit little endian) of `width` × `height` values, 0 to 65535, given by `value(x, y)`. Each of
 * `windows` is `[center, width, name]`.
 */
export function madeFilm(name, width, height, value, windows = []) {
  const pixels = Buffer.alloc(width * height * 2);
  for (let at = 0; at < width * height; at++) {
    pixels.writeUInt16LE(value(at % width, Math.floor(at / width)), 2 * at);
  }
  const listed = (part) => windows.map((window) => window[part]).join("\\");
  const attributes = [
    text(0x0008, 0x0060, "CS", "CR"),
    number(0x0028, 0x0002, 1),
    text(0x0028, 0x0004, "CS", "MONOCHROME2"),
    number(0x0028, 0x0010, height),
    number(0x0028, 0x0011, width),
    number(0x0028, 0x0100, 16),
    number(0x0028, 0x0101, 16),
    number(0x0028, 0x0102, 15),
    number(0x0028, 0x0103, 0),
    ...(windows.length
      ? [
          text(0x0028, 0x1050, "DS", listed(0)),
          text(0x0028, 0x1051, "DS", listed(1)),
          text(0x0028, 0x1055, "LO", listed(2)),
        ]
      : []),
    long(0x7fe0, 0x0010, "OW", pixels),
  ];
  const syntax = text(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1");
  const preamble = Buffer.concat([Buffer.alloc(128), Buffer.from("DICM")]);
  return { name, mimeType: "application/dicom", buffer: Buffer.concat([preamble, syntax, ...attributes]) };
}

function head(group, element, type) {
  const head = Buffer.alloc(6);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(element, 2);
  head.write(type, 4, "latin1");
  return head;
}

function short(group, element, type, value) {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(value.length);
  return Buffer.concat([head(group, element, type), length, value]);
}

function long(group, element, type, value) {
  const length = Buffer.alloc(6);
  length.writeUInt32LE(value.length, 2);
  return Buffer.concat([head(group, element, type), length, value]);
}

function number(group, element, value) {
  const word = Buffer.alloc(2);
  word.writeUInt16LE(value);
  return short(group, element, "US", word);
}

/** Values must have even length: they are padded with a space, unique identifiers (UI) with a zero byte. */
function text(group, element, type, value) {
  const bytes = Buffer.from(TEXT.encode(value));
  const filler = type === "UI" ? "\0" : " ";
  return short(group, element, type, bytes.length % 2 ? Buffer.concat([bytes, Buffer.from(filler)]) : bytes);
}
