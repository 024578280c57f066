"""Makes the golden DICOM files, and what each must look like.

Writes the files with pydicom and imagecodecs, reads them back with pydicom (an implementation that shares nothing
with the Rust one), and applies the standard's transformations in numpy. Run by hand, only when a case is added;
the tests read what it wrote.

    pip install pydicom==3.0.2 imagecodecs pylibjpeg pylibjpeg-openjpeg pylibjpeg-libjpeg pyjpegls numpy pillow
    python tests/golden/make_dicom.py [FOLDER OF OTHER DICOM FILES ...]

Writes beside itself
    dicom/*.dcm   a synthetic film of 48x40 pixels in each way of storing one
    dicom.json    for each of them, and for the files of the other folders (by name only): its size, and row, column
                  and grey value (0 black to 1 white) of some pixels
"""

import json
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut, convert_color_space
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

HERE = Path(__file__).resolve().parent
OUT = HERE / "dicom"
ROWS, COLUMNS = 40, 48


def ramp(low, high):
    """A soft film: brighter to the right and downwards, with a disc."""
    y, x = np.mgrid[:ROWS, :COLUMNS]
    shape = 0.6 * x / COLUMNS + 0.25 * y / ROWS + 0.15 * ((x - 20) ** 2 + (y - 15) ** 2 < 80)
    return np.round(low + (high - low) * shape).astype(np.int32)


def colours():
    return np.stack([ramp(0, 255), ramp(255, 0), ramp(60, 180)], axis=-1).astype(np.uint8)


def data_set(pixels, *, stored, allocated=16, signed=False, photometric="MONOCHROME2", **attributes):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    ds.SOPInstanceUID = generate_uid(entropy_srcs=["golden"])
    ds.Modality = "CR"
    ds.PatientName = "Golden^Film"
    ds.Rows, ds.Columns = ROWS, COLUMNS
    ds.SamplesPerPixel = 3 if pixels.ndim == 3 and photometric not in ("MONOCHROME2",) else 1
    ds.PhotometricInterpretation = photometric
    if ds.SamplesPerPixel == 3:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = allocated, stored, stored - 1
    ds.PixelRepresentation = int(signed)
    for name, value in attributes.items():
        setattr(ds, name, value)
    kind = {8: np.uint8, 16: np.int16 if signed else np.uint16}[allocated]
    ds.PixelData = pixels.astype(kind).tobytes()
    ds["PixelData"].VR = "OW" if allocated == 16 else "OB"
    return ds


def save(name, ds, syntax=ExplicitVRLittleEndian, encoded=None, bare=False):
    if encoded is not None:
        ds.PixelData = encapsulate(encoded)
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    path = OUT / f"{name}.dcm"
    if bare:
        implicit, little = syntax.is_implicit_VR, syntax.is_little_endian
        pydicom.dcmwrite(path, ds, implicit_vr=implicit, little_endian=little)
        return
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian:
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    ds.save_as(path, enforce_file_format=True)


def lookup(ds, entries, first, bits, vr="US"):
    item = Dataset()
    item.add_new("LUTDescriptor", vr, [len(entries), first, bits])
    item.add_new("LUTData", "OW", np.asarray(entries, np.uint16).tobytes())
    return [item]


def make():
    OUT.mkdir(exist_ok=True)
    window = dict(WindowCenter=2000, WindowWidth=3000)
    grey12 = ramp(100, 4000)
    save("explicit12", data_set(grey12, stored=12, **window))
    save("implicit_signed", data_set(ramp(-900, 1800), stored=16, signed=True, RescaleSlope=2, RescaleIntercept=-24),
         ImplicitVRLittleEndian)
    save("deflated", data_set(grey12, stored=12, **window), DeflatedExplicitVRLittleEndian)
    save("big_endian", data_set(grey12, stored=12, **window), ExplicitVRBigEndian)
    save("bare_implicit", data_set(grey12, stored=12, **window), ImplicitVRLittleEndian, bare=True)
    save("bare_explicit", data_set(grey12, stored=12, **window), ExplicitVRLittleEndian, bare=True)
    save("grey8", data_set(ramp(5, 250), stored=8, allocated=8))
    save("high_bits", data_set(grey12 << 4, stored=12, HighBit=15, **window))
    save("monochrome1", data_set(grey12, stored=12, photometric="MONOCHROME1", PresentationLUTShape="INVERSE", **window))
    save("padded", data_set(np.where(grey12 < 300, 0, grey12), stored=12, PixelPaddingValue=0))
    save("sigmoid", data_set(grey12, stored=12, VOILUTFunction="SIGMOID", **window))
    save("linear_exact", data_set(grey12, stored=12, VOILUTFunction="LINEAR_EXACT", **window))
    save("windows", data_set(grey12, stored=12, WindowCenter=[2000, 1000], WindowWidth=[3000, 500],
                             WindowCenterWidthExplanation=["NORMAL", "SOFT TISSUE"]))
    ds = data_set(grey12, stored=12)
    ds.VOILUTSequence = lookup(ds, [int(65535 * (i / 2999) ** 2) for i in range(3000)], 500, 16)
    save("voi_lut", ds)
    ds = data_set(ramp(-900, 1800), stored=12, signed=True)
    ds.ModalityLUTSequence = lookup(ds, [i * 2 for i in range(2000)], -500, 16, "SS")
    ds.ModalityLUTSequence[0].ModalityLUTType = "US"
    save("modality_lut", ds)
    ds = data_set(ramp(0, 255), stored=8, allocated=8, photometric="PALETTE COLOR")
    for at, colour in enumerate(("Red", "Green", "Blue")):
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
        table = np.roll(np.arange(256) * 257, 40 * at).astype(np.uint16)
        setattr(ds, f"{colour}PaletteColorLookupTableData", table.tobytes())
    save("palette", ds)
    rgb = colours()
    save("rgb", data_set(rgb, stored=8, allocated=8, photometric="RGB"))
    save("rgb_planar", data_set(rgb.transpose(2, 0, 1), stored=8, allocated=8, photometric="RGB", PlanarConfiguration=1))
    ybr = convert_color_space(rgb, "RGB", "YBR_FULL")
    save("ybr", data_set(ybr, stored=8, allocated=8, photometric="YBR_FULL"))
    frames = np.stack([grey12, grey12[::-1]])
    save("two_frames", data_set(frames, stored=12, NumberOfFrames=2, **window))

    ds = data_set(grey12, stored=12, **window)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.compress(RLELossless)
    save("rle", ds, RLELossless)
    ds = data_set(rgb, stored=8, allocated=8, photometric="RGB")
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.compress(RLELossless)
    save("rle_rgb", ds, RLELossless)
    grey8 = ramp(5, 250).astype(np.uint8)
    save("jpeg_baseline", data_set(grey8, stored=8, allocated=8), JPEGBaseline8Bit,
         [imagecodecs.jpeg8_encode(grey8, level=92)])
    two = [imagecodecs.jpeg8_encode(frame, level=92) for frame in (grey8, grey8[::-1].copy())]
    save("jpeg_two_frames", data_set(grey8, stored=8, allocated=8, NumberOfFrames=2), JPEGBaseline8Bit, two)
    save("jpeg_colour", data_set(rgb, stored=8, allocated=8, photometric="YBR_FULL_422"), JPEGBaseline8Bit,
         [imagecodecs.jpeg8_encode(rgb, level=95, subsampling="444")])
    sixteen = ramp(100, 60000).astype(np.uint16)
    save("jpeg_lossless", data_set(sixteen, stored=16), JPEGLosslessSV1,
         [imagecodecs.ljpeg_encode(sixteen, bitspersample=16)])
    save("jpeg_lossless_process14", data_set(grey12, stored=12, **window), JPEGLossless,
         [imagecodecs.ljpeg_encode(grey12.astype(np.uint16), bitspersample=12)])
    save("jpeg_extended8", data_set(grey8, stored=8, allocated=8), JPEGExtended12Bit,
         [imagecodecs.jpeg8_encode(grey8, level=92)])
    save("jpeg_extended12", data_set(grey12, stored=12, **window), JPEGExtended12Bit,
         [imagecodecs.jpeg_encode(grey12.astype(np.uint16), bitspersample=12, level=92)])
    j2k = dict(codecformat="j2k")
    save("jpeg2000_lossless", data_set(sixteen, stored=16), JPEG2000Lossless,
         [imagecodecs.jpeg2k_encode(sixteen, level=0, reversible=True, **j2k)])
    save("jpeg2000", data_set(grey12, stored=12, **window), JPEG2000,
         [imagecodecs.jpeg2k_encode(grey12.astype(np.uint16), level=60, bitspersample=12, **j2k)])
    signed = ramp(-900, 1800).astype(np.int16)
    save("jpeg2000_signed", data_set(signed, stored=16, signed=True), JPEG2000Lossless,
         [imagecodecs.jpeg2k_encode(signed, level=0, reversible=True, **j2k)])
    save("jpeg2000_colour", data_set(rgb, stored=8, allocated=8, photometric="YBR_RCT"), JPEG2000Lossless,
         [imagecodecs.jpeg2k_encode(rgb, level=0, reversible=True, mct=True, **j2k)])
    save("jpeg_ls", data_set(grey12, stored=12, **window), JPEGLSLossless,
         [imagecodecs.jpegls_encode(grey12.astype(np.uint16))])
    told = data_set(ramp(5, 250), stored=8, allocated=8)
    told.Modality, told.BodyPartExamined, told.ViewPosition, told.PatientAge = "CT", "ABDOMEN", "LL", "063Y"
    save("told", told)


def luma(rgb):
    return rgb @ np.array([0.2126, 0.7152, 0.0722])


def expected(path):
    """Grey values as the standard has them shown, from pydicom's stored values."""
    ds = pydicom.dcmread(path, force=True)
    if not hasattr(ds, "file_meta") or "TransferSyntaxUID" not in ds.file_meta:
        ds.file_meta = FileMetaDataset()
        explicit = path.read_bytes()[4:6].isalpha()
        ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if explicit else ImplicitVRLittleEndian
    pixels = ds.pixel_array
    if int(ds.get("NumberOfFrames", 1)) > 1:
        pixels = pixels[0]
    photometric = ds.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        return luma(apply_color_lut(pixels, ds) / 65535)
    if pixels.ndim == 3:
        # Colours come out of pydicom as RGB.
        return luma(pixels / (2**ds.BitsStored - 1))
    if ds.HighBit + 1 > ds.BitsStored:
        # Retired, and pydicom takes the lowest bits all the same.
        words = np.frombuffer(ds.PixelData, "<u2").reshape(pixels.shape)
        pixels = words >> (ds.HighBit + 1 - ds.BitsStored)
    stored = pixels
    values = apply_modality_lut(pixels, ds).astype(float)
    if "VOILUTSequence" in ds:
        bits = ds.VOILUTSequence[0].LUTDescriptor[2]
        grey = apply_voi_lut(values.astype(int), ds, prefer_lut=True) / (2**bits - 1)
    elif "WindowCenter" in ds:
        first = lambda value: float(value[0] if isinstance(value, pydicom.multival.MultiValue) else value)
        center, width = first(ds.WindowCenter), first(ds.WindowWidth)
        function = ds.get("VOILUTFunction", "LINEAR")
        if function == "SIGMOID":
            grey = 1 / (1 + np.exp(-4 * (values - center) / width))
        elif function == "LINEAR_EXACT":
            grey = (values - center) / width + 0.5
        else:
            grey = (values - (center - 0.5)) / (width - 1) + 0.5
    else:
        shown = values[stored != ds.PixelPaddingValue] if "PixelPaddingValue" in ds else values
        grey = (values - shown.min()) / (shown.max() - shown.min())
    grey = np.clip(grey, 0, 1)
    return 1 - grey if photometric == "MONOCHROME1" or ds.get("PresentationLUTShape") == "INVERSE" else grey


def entry(path):
    grey = expected(path)
    rows, columns = grey.shape
    places = [(rows * y // 7, columns * x // 7) for y in range(1, 7) for x in range(1, 7)]
    probes = [[y, x, round(float(grey[y, x]), 6)] for y, x in places]
    return {"file": path.name, "width": columns, "height": rows, "probes": probes, "mean": round(float(grey.mean()), 6)}


def main():
    make()
    paths = sorted(OUT.glob("*.dcm"))
    others = [path for folder in sys.argv[1:] for path in sorted(Path(folder).glob("*.dcm"))]
    films = [entry(path) for path in paths + others]
    (HERE / "dicom.json").write_text(json.dumps({"films": films}, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
