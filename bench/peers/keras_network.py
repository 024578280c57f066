"""The network in Keras, as the original defined it, with the shipped weights."""

import keras
import numpy
from keras import layers

from weights import BATCH_NORM_EPSILON, SIZE, STAGES, channels_last, load

SPATIAL_DROPOUT = (0.1, 0.2, 0.2, 0.3, 0.3, 0.3, 0.5)
DROPOUT = 0.5


def network() -> keras.Model:
    film = data = keras.Input((SIZE, SIZE, 3))
    for stage in range(1, STAGES + 1):
        data = layers.Conv2D(32, 3, padding="same", activation="relu", name=f"conv{stage}")(data)
        data = layers.MaxPooling2D(2)(data)
        if stage > 1:
            data = layers.BatchNormalization(epsilon=BATCH_NORM_EPSILON, name=f"bn{stage}")(data)
        data = layers.SpatialDropout2D(SPATIAL_DROPOUT[stage - 1])(data)
    data = layers.Flatten()(data)
    for layer, width in ((1, 128), (2, 128)):
        data = layers.Dropout(DROPOUT)(data)
        data = layers.Dense(width, activation="relu", name=f"fc{layer}")(data)
    data = layers.Dropout(DROPOUT)(data)
    data = layers.Dense(1, activation="sigmoid", name="fc3")(data)
    model = keras.Model(film, data)
    give_weights(model, load())
    return model


def give_weights(model: keras.Model, tensors: dict[str, numpy.ndarray]) -> None:
    """Gives each layer its tensors; Keras' order is PyTorch's: scale, offset, mean, variance."""
    given = set()
    for layer in model.layers:
        parts = ("weight", "bias", "running_mean", "running_var")[: len(layer.weights)]
        if parts:
            names = [f"{layer.name}.{part}" for part in parts]
            layer.set_weights([channels_last(tensors[name]) for name in names])
            given.update(names)
    if given != tensors.keys():
        raise SystemExit(f"tensors that no layer took: {sorted(tensors.keys() - given)}")
