"""Keras as a process that measures itself on demand: `keras_server.py FOLDER THREADS`.

It reads one JSON question per line and answers with one JSON object per line. So it is started and warmed up once,
and its measurements can alternate with those of others. FOLDER is the output of `prepare.py`.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy  # noqa: E402
import tensorflow as tf  # noqa: E402

from keras_network import network  # noqa: E402
from keras_training import BATCH, CONFIGURATIONS, Training  # noqa: E402
from weights import SIZE  # noqa: E402


class Forward:
    """The network's answers for a batch, in each way that Keras offers."""

    def __init__(self, films: numpy.ndarray) -> None:
        model = network()
        self.batch = numpy.repeat(films[:BATCH, ..., None], 3, axis=3).astype(numpy.float32) / 255
        tensor = tf.constant(self.batch)
        plain = tf.function(lambda films: model(films, training=False))
        compiled = tf.function(lambda films: model(films, training=False), jit_compile=True)
        self.ways: dict[str, Callable[[], numpy.ndarray]] = {
            "predict_on_batch": lambda: model.predict_on_batch(self.batch),
            "tf.function": lambda: plain(tensor).numpy(),
            "tf.function with jit_compile": lambda: compiled(tensor).numpy(),
        }

    def milliseconds_per_image(self, way: str, repeats: int) -> list[float]:
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            self.ways[way]()
            times.append((time.perf_counter() - start) * 1000 / BATCH)
        return times


class Server:
    def __init__(self, films: numpy.ndarray, threads: int) -> None:
        self.films = films
        self.threads = threads
        self.forward: Forward | None = None
        self.forward_way = ""
        self.training: Training | None = None

    def versions(self) -> dict:
        return {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": numpy.__version__}

    def prepare_forward(self, repeats: int) -> dict:
        """Warms up every way, and reports how fast each is; later questions go to the fastest."""
        self.forward = Forward(self.films)
        for way in self.forward.ways:
            self.forward.milliseconds_per_image(way, 5)
        times = round_robin(3, self.forward.ways, lambda way: self.forward.milliseconds_per_image(way, repeats))
        # By its best time: other load on the machine can only make a way slower.
        self.forward_way = min(times, key=lambda way: min(times[way]))
        return {"chosen": self.forward_way, "milliseconds_per_image": {way: min(times[way]) for way in times}}

    def probabilities(self) -> list[float]:
        if self.forward is None:
            self.prepare_forward(1)
        return self.forward.ways["predict_on_batch"]()[:, 0].tolist()

    def run_forward(self, repeats: int) -> list[float]:
        return self.forward.milliseconds_per_image(self.forward_way, repeats)

    def prepare_training(self, rounds: int) -> dict:
        """Tries every configuration, and reports how fast each is; later questions go to the fastest."""
        trainings = {
            configuration.name: Training(configuration, self.films, self.threads) for configuration in CONFIGURATIONS
        }
        speeds = round_robin(rounds, trainings, lambda name: trainings[name].images_per_second(1))
        best = {name: max(speeds[name]) for name in speeds}
        chosen = max(best, key=best.__getitem__)
        self.training = trainings[chosen]
        return {"chosen": chosen, "images_per_second": best}

    def run_training(self, epochs: int) -> list[float]:
        return self.training.images_per_second(epochs)


def round_robin(rounds: int, names: Iterable[str], measure: Callable[[str], list[float]]) -> dict[str, list[float]]:
    """Measures each in turn, round after round."""
    figures: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in figures:
            figures[name] += measure(name)
    return figures


def main() -> None:
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    # Nothing but answers may go to standard output.
    answers, sys.stdout = sys.stdout, sys.stderr
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    films = numpy.frombuffer((folder / "films.bin").read_bytes(), numpy.uint8).reshape(-1, SIZE, SIZE)
    server = Server(films, threads)
    for line in sys.stdin:
        question = json.loads(line)
        answer = getattr(server, question.pop("do"))(**question)
        print(json.dumps(answer), file=answers, flush=True)


main()
