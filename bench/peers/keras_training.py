"""Training speed of Keras in the fastest configuration that it offers."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy
import tensorflow as tf
from keras import layers

from keras_network import network
from weights import SIZE

BATCH = 16
SHEAR_DEGREES = 0.2
ZOOM = 0.2
FILMS = 512
STEPS = 32  # one timed epoch: 512 films


def keras_layers() -> Callable[[tf.Tensor], tf.Tensor]:
    """Keras' own augmentation layers."""
    changes = [
        layers.RandomFlip("horizontal"),
        layers.RandomShear(x_factor=math.tan(math.radians(SHEAR_DEGREES)), fill_mode="nearest"),
        layers.RandomZoom((-ZOOM, ZOOM), (-ZOOM, ZOOM), fill_mode="nearest"),
    ]

    def change(films: tf.Tensor) -> tf.Tensor:
        for layer in changes:
            films = layer(films, training=True)
        return films

    return change


def one_affine() -> Callable[[tf.Tensor], tf.Tensor]:
    """All changes as one affine map per film, with TensorFlow's own operation."""

    def change(films: tf.Tensor) -> tf.Tensor:
        count = tf.shape(films)[0]
        draw = lambda low, high: tf.random.uniform([count], low, high)  # noqa: E731
        zoom_x, zoom_y = draw(1 - ZOOM, 1 + ZOOM), draw(1 - ZOOM, 1 + ZOOM)
        shear = draw(-1.0, 1.0) * math.radians(SHEAR_DEGREES)
        flip = tf.where(draw(0.0, 1.0) < 0.5, -1.0, 1.0)
        middle = (SIZE - 1) / 2
        a, b = flip * tf.cos(shear) * zoom_x, tf.zeros([count])
        c, d = -flip * tf.sin(shear) * zoom_x, zoom_y
        maps = [a, b, middle * (1 - a - b), c, d, middle * (1 - c - d), b, b]
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=films,
            transforms=tf.stack(maps, axis=1),
            output_shape=[SIZE, SIZE],
            fill_value=0.0,
            interpolation="BILINEAR",
            fill_mode="NEAREST",
        )

    return change


@dataclass(frozen=True)
class Configuration:
    """One way to train with Keras."""

    name: str
    augmentation: Callable[[], Callable[[tf.Tensor], tf.Tensor]]
    compiled: bool
    steps_per_execution: int


CONFIGURATIONS = [
    Configuration("Keras layers", keras_layers, False, 1),
    Configuration("one affine map", one_affine, False, 1),
    Configuration("one affine map, 8 steps a call", one_affine, False, 8),
    Configuration("one affine map, jit_compile", one_affine, True, 1),
]


class Training:
    """A model that is trained with `fit` in one of the configurations."""

    def __init__(self, configuration: Configuration, films: numpy.ndarray, threads: int) -> None:
        self.films = pipeline(films, configuration.augmentation(), threads)
        self.model = network()
        self.model.compile(
            keras.optimizers.Adam(1e-3),
            keras.losses.BinaryCrossentropy(),
            jit_compile=configuration.compiled,
            steps_per_execution=configuration.steps_per_execution,
        )

    def images_per_second(self, epochs: int) -> list[float]:
        """One figure for each epoch, after an uncounted first one that fills the pipeline."""
        clock = EpochClock()
        self.model.fit(
            self.films,
            epochs=epochs + 1,
            steps_per_epoch=STEPS,
            shuffle=False,  # the pipeline does
            verbose=0,
            callbacks=[clock],
        )
        return [STEPS * BATCH / seconds for seconds in clock.seconds[1:]]


class EpochClock(keras.callbacks.Callback):
    """Records how long each epoch takes."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.start = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.seconds.append(time.perf_counter() - self.start)


def pipeline(films: numpy.ndarray, augment: Callable[[tf.Tensor], tf.Tensor], threads: int) -> tf.data.Dataset:
    """Films in memory as bytes -> shuffled batches, augmented in parallel and ahead of the training step."""
    pictures = tf.constant(numpy.resize(films, (FILMS, SIZE, SIZE, 1)))
    labels = tf.constant(numpy.arange(FILMS) % 2, tf.float32)

    def batch(at: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        grey = tf.cast(tf.gather(pictures, at), tf.float32) / 255.0
        return tf.repeat(augment(grey), 3, axis=3), tf.gather(labels, at)[:, None]

    options = tf.data.Options()
    options.threading.private_threadpool_size = threads
    return (
        tf.data.Dataset.range(FILMS)
        .shuffle(FILMS)
        .repeat()
        .batch(BATCH, drop_remainder=True)
        .map(batch, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
        .with_options(options)
    )
