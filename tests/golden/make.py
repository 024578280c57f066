"""Makes the golden vectors: test films, a network's weights, and what every step must give for them.

An implementation of its own of file bytes -> grey picture -> 128x128 input -> logit, in numpy and float64, to
which tests/golden.rs holds the Rust one. Run by hand, only when a definition changes; the tests read what it
wrote. Nothing is random: the same versions write the same bytes.

    pip install pillow==13.0.0 numpy==2.4.6 safetensors==0.8.0
    python tests/golden/make.py

Writes beside itself
    films/               small synthetic pictures, one for each kind of file
    weights.safetensors  made-up weights and running statistics, in PyTorch's layouts
    golden.json          for each film: its size, probes of its input, its logit, and tolerances

The definitions
    grey      0.2126 R + 0.7152 G + 0.0722 B (Rec. 709 luma), 0 black to 1 white; grey files as they are;
              multiplied by alpha; turned as EXIF says
    input     128x128, the aspect ratio not kept; triangle filter whose support grows with the reduction
              (Pillow's BILINEAR on mode F); no other normalisation
    network   seven stages of conv 3x3 'same' -> ReLU -> max-pool 2 -> batch norm (eps 1e-3; none in stage 1),
              then 32 -> 128 -> 128 -> 1 with ReLU between; the grey plane thrice as input
"""

import json
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image
from safetensors.numpy import save

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FILMS = HERE / "films"
SAMPLES = ROOT / "model" / "samples"

SIZE = 128
STAGES = range(1, 8)
CHANNELS = 32
EPSILON = 1e-3
LUMA = np.array([0.2126, 0.7152, 0.0722])
EXIF_ORIENTATION = 0x0112

# Corners, edges and the inside of the input: row, column.
PROBES = [(0, 0), (0, 127), (127, 0), (127, 127), (0, 64), (63, 0), (127, 50), (90, 127),
          (31, 17), (64, 64), (77, 101), (110, 38)]
# The film whose way through the network is told stage by stage.
TRACED = "tests/golden/films/grey8.png"


# ---- films -------------------------------------------------------------------------------------------------

def scene(width, height, phase):
    """A made-up film, 0 to 1: a slope, two blobs, and bars too fine to survive a careless reduction."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = (x + 0.5) / width, (y + 0.5) / height
    blob = lambda cu, cv, r: np.exp(-((u - cu) ** 2 + (v - cv) ** 2) / (2 * r * r))
    slope = 0.15 + 0.3 * u + 0.15 * v
    lungs = 0.5 * blob(0.3 + 0.05 * phase, 0.35, 0.12) - 0.35 * blob(0.72, 0.6 - 0.04 * phase, 0.18)
    bars = 0.15 * (((x + 2 * y) % 7 < 3) & (v > 0.5))
    return np.clip(slope + lungs + bars, 0, 1)


def levels(picture, bits):
    return np.round(picture * (2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)


def colours(width, height):
    return np.stack([levels(scene(width, height, phase), 8) for phase in (0, 2, 5)], axis=-1)


def make_films():
    """Writes one film for each kind of file. The sizes are odd, so rows need padding and scaling goes both ways."""
    FILMS.mkdir(exist_ok=True)
    grey = lambda width, height, phase: Image.fromarray(levels(scene(width, height, phase), 8))
    grey16 = lambda width, height, phase: Image.fromarray(levels(scene(width, height, phase), 16))

    grey(300, 201, 0).save(FILMS / "grey8.png", optimize=True)
    grey(37, 53, 1).save(FILMS / "grey8_small.png", optimize=True)
    grey(128, 128, 2).save(FILMS / "grey8_as_large_as_the_input.png", optimize=True)
    grey(61, 333, 3).save(FILMS / "grey8_narrow.png", optimize=True)
    grey16(149, 101, 1).save(FILMS / "grey16.png", optimize=True)
    rgb = Image.fromarray(colours(201, 149))
    rgb.save(FILMS / "rgb8.png", optimize=True)
    rgb.quantize(32, dither=Image.Dither.NONE).save(FILMS / "palette.png", optimize=True)
    y, x = np.mgrid[0:97, 0:143]
    alpha = np.clip((x - 20) * 3 + (y % 5) * 8, 0, 255).astype(np.uint8)
    Image.fromarray(np.dstack([colours(143, 97), alpha])).save(FILMS / "rgba8.png", optimize=True)
    grey(203, 150, 4).convert("1").save(FILMS / "grey1.png", optimize=True)
    rgb.quantize(64, dither=Image.Dither.NONE).save(FILMS / "palette.gif")
    Image.fromarray(colours(61, 47)).save(FILMS / "rgb8.bmp")
    grey(91, 61, 5).save(FILMS / "grey8.tiff")
    grey(91, 61, 5).save(FILMS / "grey8_white_is_zero.tiff", tiffinfo={262: 0})
    grey16(91, 61, 6).save(FILMS / "grey16_lzw.tiff", compression="tiff_lzw")
    Image.fromarray(colours(150, 113)).save(FILMS / "rgb8_lossless.webp", lossless=True)
    with Image.open(SAMPLES / "PNEUMONIA" / "person1946_bacteria_4874.jpeg") as sample:
        sample.resize((242, 148), Image.Resampling.LANCZOS).save(FILMS / "grey8.jpeg", quality=90)
    turned = Image.Exif()
    turned[EXIF_ORIENTATION] = 6
    # 4:4:4, because decoders differ in how they enlarge smaller colour planes.
    Image.fromarray(colours(161, 111)).save(FILMS / "rgb8_turned.jpeg", quality=92, subsampling=0, exif=turned)


# ---- file -> grey -> input -----------------------------------------------------------------------------------

def grey_picture(path):
    """Grey values of 0 to 1, [height, width]."""
    with Image.open(path) as image:
        orientation = image.getexif().get(EXIF_ORIENTATION, 1)
        if image.mode == "P":
            image = image.convert("RGB")
        elif image.mode == "1":
            image = image.convert("L")
        values = np.asarray(image)
    assert values.dtype in (np.uint8, np.uint16), (path, values.dtype)
    values = values.astype(np.float64) / np.iinfo(values.dtype).max
    if values.ndim == 3:
        alpha = values[..., 3] if values.shape[2] == 4 else 1.0
        values = (values[..., :3] @ LUMA) * alpha
    # 6: the picture's top is the film's right side, so it is turned clockwise.
    return np.rot90(values, {1: 0, 6: -1}[orientation])


def triangle_filter(source, target):
    """How much each of `source` pixels gives to each of `target` pixels, [target, source]; rows sum to 1."""
    scale = source / target
    support = max(scale, 1.0)
    centers = (np.arange(target) + 0.5) * scale
    distances = np.abs(np.arange(source) + 0.5 - centers[:, None]) / support
    weights = np.maximum(1.0 - distances, 0.0)
    return weights / weights.sum(axis=1, keepdims=True)


def network_input(grey):
    height, width = grey.shape
    return triangle_filter(height, SIZE) @ grey @ triangle_filter(width, SIZE).T


# ---- network -------------------------------------------------------------------------------------------------

def convolve(planes, weight, bias):
    """[in, h, w] and [out, in, 3, 3] -> [out, h, w]; zeros beyond the edge."""
    padded = np.pad(planes, ((0, 0), (1, 1), (1, 1)))
    windows = sliding_window_view(padded, (3, 3), axis=(1, 2))  # [in, h, w, 3, 3]
    return np.tensordot(weight, windows, axes=([1, 2, 3], [0, 3, 4])) + bias[:, None, None]


def max_pool(planes):
    channels, height, width = planes.shape
    return planes.reshape(channels, height // 2, 2, width // 2, 2).max(axis=(2, 4))


def batch_norm(planes, tensors, name):
    weight, bias, mean, variance = (
        tensors[f"{name}.{part}"][:, None, None].astype(np.float64)
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    return (planes - mean) / np.sqrt(variance + EPSILON) * weight + bias


def pooled(planes, tensors, stage):
    """A stage before its batch norm."""
    weight, bias = (tensors[f"conv{stage}.{part}"].astype(np.float64) for part in ("weight", "bias"))
    return max_pool(np.maximum(convolve(planes, weight, bias), 0.0))


def run(pixels, tensors):
    """Each step's output by name; `logit` is the last."""
    steps = {}
    planes = np.repeat(pixels[None], 3, axis=0)
    for stage in STAGES:
        planes = pooled(planes, tensors, stage)
        if stage > 1:
            planes = batch_norm(planes, tensors, f"bn{stage}")
        steps[f"stage{stage}"] = planes
    values = planes.reshape(-1)
    for layer in ("fc1", "fc2", "fc3"):
        weight, bias = (tensors[f"{layer}.{part}"].astype(np.float64) for part in ("weight", "bias"))
        values = weight @ values + bias
        if layer != "fc3":
            values = np.maximum(values, 0.0)
            steps[layer] = values
    steps["logit"] = values
    return steps


def make_weights(inputs):
    """Weights with which the network tells the films apart: its running statistics are near the true ones.

    Gammas of both signs, so that batch norm before the pool would show; small variances, so that another epsilon
    would; every convolution's kernel and every plane differ, so that a transposition or a flip would.
    """
    generator = np.random.Generator(np.random.PCG64(20180222))
    uniform = lambda low, high, *shape: (low + (high - low) * generator.random(shape)).astype(np.float32)
    tensors = {}
    planes = [np.repeat(pixels[None], 3, axis=0) for pixels in inputs]
    for stage in STAGES:
        fan_in = 9 * planes[0].shape[0]
        bound = (1.5 / fan_in) ** 0.5
        # Each kernel of one sign, so that the network blurs: noise, such as JPEG's rounding, stays small in it.
        strength = uniform(-bound, bound, CHANNELS, planes[0].shape[0], 1, 1)
        tensors[f"conv{stage}.weight"] = strength * uniform(0.3, 1.7, CHANNELS, planes[0].shape[0], 3, 3)
        tensors[f"conv{stage}.bias"] = uniform(0.0, 0.2, CHANNELS)
        planes = [pooled(film, tensors, stage) for film in planes]
        if stage == 1:
            continue
        values = np.concatenate([film.reshape(CHANNELS, -1) for film in planes], axis=1)
        sign = np.where(generator.random(CHANNELS) < 0.3, -1.0, 1.0)
        tensors[f"bn{stage}.weight"] = (sign * uniform(0.6, 1.4, CHANNELS)).astype(np.float32)
        tensors[f"bn{stage}.bias"] = uniform(-0.3, 0.3, CHANNELS)
        tensors[f"bn{stage}.running_mean"] = (values.mean(axis=1) * uniform(0.8, 1.2, CHANNELS)).astype(np.float32)
        variance = np.maximum(values.var(axis=1), 0.02) * uniform(0.7, 1.4, CHANNELS)
        tensors[f"bn{stage}.running_var"] = variance.astype(np.float32)
        planes = [batch_norm(film, tensors, f"bn{stage}") for film in planes]
    for layer, outputs, inputs_of_layer in (("fc1", 128, 32), ("fc2", 128, 128), ("fc3", 1, 128)):
        bound = (6.0 / inputs_of_layer) ** 0.5
        tensors[f"{layer}.weight"] = uniform(-bound, bound, outputs, inputs_of_layer)
        tensors[f"{layer}.bias"] = uniform(-0.1, 0.1, outputs)
    # The last layer is scaled for logits of mean 0 and standard deviation 1.5 over the films.
    logits = np.array([run(pixels, tensors)["logit"][0] for pixels in inputs])
    scale = 1.5 / logits.std()
    shift = (tensors["fc3.bias"].astype(np.float64) - logits.mean()) * scale
    tensors["fc3.weight"] = (tensors["fc3.weight"] * scale).astype(np.float32)
    tensors["fc3.bias"] = shift.astype(np.float32)
    return tensors


# ---- golden.json ---------------------------------------------------------------------------------------------

def jpeg_tolerance(grey, logit, tensors):
    """How far a logit may lie off because decoders round JPEG's values by a level up or down.

    The largest change that eight such pictures, made at random, bring about: far more than a sound decoder does.
    """
    generator = np.random.Generator(np.random.PCG64(1))
    moved = [grey + generator.integers(-1, 2, grey.shape) / 255 for _ in range(8)]
    return max(abs(run(network_input(picture), tensors)["logit"][0] - logit) for picture in moved)


def number(value):
    return float(f"{value:.9g}")


def describe(path, grey, tensors):
    pixels = network_input(grey)
    logit = run(pixels, tensors)["logit"][0]
    jpeg = path.suffix == ".jpeg"
    return {
        "file": path.relative_to(ROOT).as_posix(),
        "width": grey.shape[1],
        "height": grey.shape[0],
        "probes": [[row, column, number(pixels[row, column])] for row, column in PROBES],
        "mean": number(pixels.mean()),
        "mean_square": number((pixels**2).mean()),
        # For the probes: a level of JPEG's rounding.
        "input_tolerance": number(1 / 255) if jpeg else 1e-5,
        # For both moments: roundings up and down cancel.
        "moments_tolerance": 2e-4 if jpeg else 1e-5,
        "logit": number(logit),
        "logit_tolerance": number(jpeg_tolerance(grey, logit, tensors)) if jpeg else 3e-4,
    }


def trace(pixels, tensors):
    """Shape, moments and some values of each step; for planes `at` is channel, row, column."""
    steps = []
    for name, values in run(pixels, tensors).items():
        corners = [(0,) * values.ndim, tuple(n - 1 for n in values.shape), tuple(n // 3 for n in values.shape)]
        steps.append({
            "name": name,
            "shape": list(values.shape),
            "mean": number(values.mean()),
            "mean_square": number((values**2).mean()),
            "probes": [{"at": list(at), "value": number(values[at])} for at in sorted(set(corners))],
        })
    return {"file": TRACED, "tolerance": 3e-4, "steps": steps}


def main():
    make_films()
    paths = sorted(FILMS.iterdir())
    paths += [SAMPLES / "NORMAL" / "NORMAL2-IM-1431-0001.jpeg", SAMPLES / "PNEUMONIA" / "person1952_bacteria_4883.jpeg"]
    greys = {path: grey_picture(path) for path in paths}
    # Only from films that every decoder reads alike, so that the weights depend on no decoder.
    tensors = make_weights([network_input(greys[path]) for path in paths if path.suffix != ".jpeg"])
    (HERE / "weights.safetensors").write_bytes(save(tensors))
    golden = {
        "made_by": "tests/golden/make.py",
        "weights": "tests/golden/weights.safetensors",
        "films": [describe(path, greys[path], tensors) for path in paths],
        "trace": trace(network_input(greys[ROOT / TRACED]), tensors),
    }
    (HERE / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
    for film in golden["films"]:
        print(f"{film['file']:60} {film['width']:5} x {film['height']:4}  logit {film['logit']:9.5f} ± {film['logit_tolerance']:.1e}")


if __name__ == "__main__":
    main()
