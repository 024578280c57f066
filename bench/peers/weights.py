"""The shipped weights as NumPy arrays, for the peers."""

import json
from pathlib import Path

import numpy
from safetensors import safe_open
from safetensors.numpy import load_file

PROJECT = Path(__file__).resolve().parents[2]
WEIGHTS = PROJECT / "model/pneumonia-cnn.safetensors"

STAGES = 7
DENSE_LAYERS = 3
BATCH_NORM_EPSILON = 1e-3
SIZE = 128


def load() -> dict[str, numpy.ndarray]:
    """Tensor name -> array, in the file's type (F32 or F16) and PyTorch's layouts.

    The last layer, in F32, outputs the calibrated logit, so that the peers need only a sigmoid.
    """
    tensors = load_file(WEIGHTS)
    for name, tensor in tensors.items():
        if tensor.dtype not in (numpy.float32, numpy.float16):
            raise SystemExit(f"{name} is of type {tensor.dtype}; only F32 and F16 are understood here")
    calibration = metadata()["calibration"]
    slope, intercept = calibration["slope"], calibration["intercept"]
    tensors["fc3.weight"] = numpy.float32(tensors["fc3.weight"] * numpy.float64(slope))
    tensors["fc3.bias"] = numpy.float32(tensors["fc3.bias"] * numpy.float64(slope) + intercept)
    return tensors


def metadata() -> dict:
    """The metadata in the weights file."""
    with safe_open(WEIGHTS, framework="numpy") as file:
        return json.loads(file.metadata()["model"])


def channels_last(tensor: numpy.ndarray) -> numpy.ndarray:
    """TensorFlow's layouts: convolution [3, 3, in, out], dense [in, out]; vectors stay as they are."""
    axes = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}[tensor.ndim]
    return numpy.ascontiguousarray(tensor.transpose(axes))
