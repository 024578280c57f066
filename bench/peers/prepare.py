"""Makes the files that the peers run on, from the shipped weights and the sample films: `prepare.py FOLDER`.

network.onnx    the network for onnxruntime-web
network-folded.onnx
                the same with its three equal input channels folded into one, as this project does it
network.json    names, types and shapes of the tensors in network.bin, which is for tfjs
films/, films.json, films.bin
                the sample films as 8-bit pictures of 128x128 pixels: PNG files for this project's decoder, and
                exactly the same pixels for the peers
film.jpeg       a film of two megapixels
"""

import json
import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from weights import BATCH_NORM_EPSILON, DENSE_LAYERS, PROJECT, SIZE, STAGES, channels_last, load

JPEG_SAMPLE = "NORMAL/NORMAL2-IM-1440-0001.jpeg"
JPEG_SIZE = (1632, 1224)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    tensors = load()
    onnx.save(onnx_network(tensors), folder / "network.onnx")
    folded = tensors | {"conv1.weight": tensors["conv1.weight"].sum(axis=1, keepdims=True, dtype=numpy.float32)}
    onnx.save(onnx_network(folded), folder / "network-folded.onnx")
    write_for_tfjs(tensors, folder)
    write_films(folder)
    with Image.open(PROJECT / "model/samples" / JPEG_SAMPLE) as film:
        film.convert("L").resize(JPEG_SIZE, Image.Resampling.LANCZOS).save(folder / "film.jpeg", quality=90)


def onnx_network(tensors: dict[str, numpy.ndarray]) -> onnx.ModelProto:
    """The network as the original defines it: batch norm comes after pooling."""
    nodes: list[onnx.NodeProto] = []

    def add(kind: str, source: str, parameters: list[str], name: str, **attributes: object) -> str:
        nodes.append(helper.make_node(kind, [source, *parameters], [name], name=name, **attributes))
        return name

    data = "film"
    for stage in range(1, STAGES + 1):
        conv = [f"conv{stage}.weight", f"conv{stage}.bias"]
        data = add("Conv", data, conv, f"conv{stage}", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        data = add("Relu", data, [], f"relu{stage}")
        data = add("MaxPool", data, [], f"pool{stage}", kernel_shape=[2, 2], strides=[2, 2])
        if f"bn{stage}.weight" in tensors:
            norm = [f"bn{stage}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
            data = add("BatchNormalization", data, norm, f"bn{stage}", epsilon=BATCH_NORM_EPSILON)
    data = add("Flatten", data, [], "flatten")
    for layer in range(1, DENSE_LAYERS + 1):
        data = add("Gemm", data, [f"fc{layer}.weight", f"fc{layer}.bias"], f"fc{layer}", transB=1)
        last = layer == DENSE_LAYERS
        data = add("Sigmoid" if last else "Relu", data, [], "probability" if last else f"hidden{layer}")
    channels = tensors["conv1.weight"].shape[1]
    graph = helper.make_graph(
        nodes,
        "pneumonia-cnn",
        [helper.make_tensor_value_info("film", TensorProto.FLOAT, [1, channels, SIZE, SIZE])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [1, 1])],
        [numpy_helper.from_array(tensor.astype(numpy.float32), name) for name, tensor in tensors.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def write_for_tfjs(tensors: dict[str, numpy.ndarray], folder: Path) -> None:
    """In the types of the safetensors file, so that the tfjs page downloads no more than ours does."""
    # The wider type first, which keeps every tensor aligned.
    names = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    arrays = [channels_last(tensors[name]) for name in names]
    (folder / "network.bin").write_bytes(b"".join(array.tobytes() for array in arrays))
    description = [[name, array.dtype.name, list(array.shape)] for name, array in zip(names, arrays)]
    (folder / "network.json").write_text(json.dumps(description))


def write_films(folder: Path) -> None:
    (folder / "films").mkdir(exist_ok=True)
    names, pixels = [], []
    for path in sorted((PROJECT / "model/samples").glob("*/*.jpeg")):
        with Image.open(path) as film:
            small = film.convert("L").resize((SIZE, SIZE), Image.Resampling.BILINEAR)
        small.save(folder / "films" / f"{path.stem}.png")
        names.append(f"{path.stem}.png")
        pixels.append(numpy.asarray(small).tobytes())
    (folder / "films.json").write_text(json.dumps(names))
    (folder / "films.bin").write_bytes(b"".join(pixels))


main()
