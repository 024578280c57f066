"""Writes what pydicom and pylibjpeg make of every DICOM file below a folder, for the comparison in main.rs.

    pip install pydicom==3.0.2 imagecodecs pylibjpeg pylibjpeg-openjpeg pylibjpeg-libjpeg pyjpegls numpy pillow
    python compare/with_pydicom.py FOLDER OUT

For NAME it writes OUT/NAME.grey (width and height as 32-bit integers, then a byte a pixel), or OUT/NAME.error.
"""

import struct
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "golden"))
from make_dicom import expected  # noqa: E402


def main():
    folder, out = map(Path, sys.argv[1:3])
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        target = out / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            grey = np.floor(np.clip(np.nan_to_num(expected(path)), 0, 1) * 255 + 0.5).astype(np.uint8)
            rows, columns = grey.shape
            Path(f"{target}.grey").write_bytes(struct.pack("<II", columns, rows) + grey.tobytes())
        except Exception as error:
            Path(f"{target}.error").write_text(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
