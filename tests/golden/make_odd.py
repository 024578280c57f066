"""Makes small picture files that are unusual or damaged, for tests/odd_formats.rs.

    pip install numpy pillow tifffile
    python tests/golden/make_odd.py

Writes beside itself odd/*: one picture of 24x20 pixels, in colour as picture.png and in grey as grey.png, in other
ways of storing it; and files that decoders stumbled over. damaged_other_chunk.webp was found by the fuzz target webp.
"""

import io
import struct
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

OUT = Path(__file__).resolve().parent / "odd"


def bmp(rgb, *, top_down=False, alpha=None):
    """A BMP file with BITMAPV4HEADER of 32 bits a pixel, or of 24 bits without alpha."""
    rows, columns, _ = rgb.shape
    pixels = rgb[:, :, ::-1] if top_down else rgb[::-1, :, ::-1]
    if alpha is not None:
        pixels = np.dstack([pixels, np.full((rows, columns), alpha, np.uint8)])
    height = -rows if top_down else rows
    bits, compression = (24, 0) if alpha is None else (32, 3)
    header = struct.pack("<IiiHHIIiiII", 108, columns, height, 1, bits, compression, pixels.nbytes, 0, 0, 0, 0)
    header += struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"BGRs" + bytes(48)
    start = 14 + len(header)
    return b"BM" + struct.pack("<IHHI", start + pixels.nbytes, 0, 0, start) + header + pixels.tobytes()


def webp_of_another_size(rgba):
    """An animation whose first frame holds a picture of 1x1 pixel."""
    file = io.BytesIO()
    Image.fromarray(rgba).save(file, "WEBP", save_all=True, append_images=[Image.fromarray(rgba[::-1])])
    data = bytearray(file.getvalue())
    at = data.index(b"VP8 ") + 8 + 6
    data[at:at + 4] = struct.pack("<HH", 1, 1)
    return bytes(data)


def main():
    OUT.mkdir(exist_ok=True)
    y, x = np.mgrid[:20, :24]
    rgb = np.stack([10 * x, 255 - 12 * y, 5 * x + 6 * y], axis=-1).astype(np.uint8)
    grey = (8 * x + 3 * y).astype(np.uint8)
    Image.fromarray(rgb).save(OUT / "picture.png")
    Image.fromarray(grey).save(OUT / "grey.png")
    planes = np.moveaxis(rgb, -1, 0)
    wide = {"planarconfig": "separate", "photometric": "rgb"}
    tifffile.imwrite(OUT / "picture_planes_tiles.tiff", planes, tile=(16, 16), **wide)
    tifffile.imwrite(OUT / "picture_planes_strips.tiff", planes, rowsperstrip=7, **wide)
    tifffile.imwrite(OUT / "picture_planes_words.tiff", planes.astype(np.uint16) * 257, **wide)
    tifffile.imwrite(OUT / "grey_big.tiff", grey, bigtiff=True)
    tifffile.imwrite(OUT / "grey_big_endian.tiff", grey, bigtiff=True, byteorder=">")
    (OUT / "picture_top_down.bmp").write_bytes(bmp(rgb, top_down=True))
    (OUT / "picture_unused_alpha.bmp").write_bytes(bmp(rgb, alpha=0))
    alpha = np.dstack([rgb, grey])
    (OUT / "damaged_other_size.webp").write_bytes(webp_of_another_size(alpha))


if __name__ == "__main__":
    main()
