"""An oracle classifier, trained on real images alone: does it find the class asked for in decoded ones?"""

import keras
import numpy as np

from ..data.pipeline import from_range, training_batches

EPOCHS = 3
N_DECODED = 10_000
N_TRAINED = 60_000
BATCH = 1000
BATCH_TRAINED = 128
STEPS_ON_ROWS = 200
UNIT_RANGE = (0.0, 1.0)


def train_oracle_classifier(split, seed):
    """Trains a small convolutional network to classify real images; it never sees a decoded one.

    Rows of a table are classified by a network of one hidden layer.

    Args:
        split: Real images and their labels, a ``Split``; at most 60,000 of those with a label are used, in memory.
        seed: Seed of its weights and of the order.

    Returns:
        A Keras model from uint8 images [batch, height, width, channels], or float32 rows [batch, n_features], to
        probabilities [batch, n_classes].
    """
    if (split.labels < 0).any():
        split = split.take(split.labels >= 0)
    if len(split) > N_TRAINED:
        # From all over the set, which may be sorted by class.
        split = split.take(np.linspace(0, len(split) - 1, N_TRAINED).astype(int))
    split = split.in_memory()
    keras.utils.set_random_seed(seed)
    hidden = _hidden_of_rows() if split.is_table else _hidden_of_images()
    layers = [keras.Input(split.image_shape), *hidden, keras.layers.Dense(split.n_classes, "softmax")]
    oracle = keras.Sequential(layers, name="reader")
    oracle.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    if split.is_table:
        # Of a small table an epoch would be too few steps.
        batch = min(BATCH_TRAINED, len(split))
        batches = training_batches(split.images, split.labels, batch, seed, image_range=UNIT_RANGE)
        oracle.fit(batches, steps_per_epoch=max(STEPS_ON_ROWS, len(split) // batch), epochs=EPOCHS, verbose=0)
    else:
        oracle.fit(split.images, split.labels, batch_size=BATCH_TRAINED, epochs=EPOCHS, verbose=0)
    return oracle


def _hidden_of_images():
    return [
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(16, 3, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.3),
    ]


def _hidden_of_rows():
    return [keras.layers.Dense(100, "relu"), keras.layers.Dropout(0.3)]


def oracle_accuracy(oracle, split):
    """Accuracy of ``oracle`` on real images, a ``Split``."""
    return _share_right(oracle, split.images, split.labels)


def conditional_accuracy(model, oracle, seed, n_images=N_DECODED):
    """Share of images, decoded from random codes and classes, that ``oracle`` assigns to the class asked for.

    Args:
        model: Anything with ``decode(codes, labels)``, ``prior``, ``n_classes`` and ``image_range``.
        oracle: As ``train_oracle_classifier`` gives it.
        seed: Draws the codes.
        n_images: Number of images; classes take turns.

    Returns:
        Float in [0, 1].
    """
    codes = np.asarray(model.prior.sample(n_images, seed))
    labels = np.arange(n_images) % model.n_classes
    batches = (slice(start, start + BATCH) for start in range(0, n_images, BATCH))
    decoded = (model.decode(codes[batch], labels[batch]) for batch in batches)
    images = np.concatenate([from_range(batch, model.image_range) for batch in decoded])
    return _share_right(oracle, images, labels)


def _share_right(oracle, images, labels):
    return float(np.mean(oracle.predict(images, batch_size=BATCH, verbose=0).argmax(axis=1) == labels))
