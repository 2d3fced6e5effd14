"""One training run, from batches to everything its folder holds."""

import time

import keras
import tensorflow as tf

from ..data.pipeline import evaluation_batches, half_labelled_batches, training_batches
from .animation import LatentAnimation
from .callbacks import Checkpoints, EpochFacts, StopOnDivergence
from .pictures import RunPictures
from .snapshots import Snapshots
from .summaries import ScalarSummaries, snapshot_summaries


def train(model, split, labels, held_out, folder, config, epochs, batch_size, seed, plot_every=10, verbose="auto"):
    """Trains a compiled model and leaves its record, checkpoints, metrics, summaries and pictures in a run folder.

    Args:
        model: The model, compiled.
        split: Training images, a ``Split``.
        labels: int [n], the labels the model may see, -1 for none. Where some images have one and some have none, half
            of every batch has.
        held_out: Held-out images, a ``Split``; their reconstruction error and pictures are reported, nothing more.
        folder: The ``RunFolder``; claimed once nothing stands in the way of training.
        config: The run's record; see ``RunFolder.claim``.
        epochs: Number of epochs.
        batch_size: Images in a batch.
        seed: Seed of the order of the images.
        plot_every: Epochs between pictures and between checkpoints.
        verbose: As in ``keras.Model.fit``.

    Returns:
        ``keras.callbacks.History``.

    Raises:
        InputError: If the batches do not fit the images or the folder cannot be used.
        TrainingDivergedError: If a loss is not finite.
    """
    is_mixed = (labels >= 0).any() and (labels < 0).any()
    batches = (half_labelled_batches if is_mixed else training_batches)(split.images, labels, batch_size, seed)
    folder.claim(config)
    start = time.perf_counter()
    history = model.fit(
        batches,
        epochs=epochs,
        steps_per_epoch=len(split) // batch_size,
        validation_data=evaluation_batches(held_out.images, held_out.labels),
        callbacks=_callbacks(model, held_out, folder, epochs, plot_every),
        shuffle=False,
        verbose=verbose,
    )
    folder.save_model(model)
    folder.write_config(config | {"finished": {"epochs": epochs, "seconds": round(time.perf_counter() - start, 1)}})
    return history


def _callbacks(model, held_out, folder, epochs, plot_every):
    pictures = RunPictures(folder.path, model.prior)
    writer = tf.summary.create_file_writer(str(folder.tensorboard))
    callbacks = [
        EpochFacts(),
        StopOnDivergence(folder),
        Checkpoints(folder, plot_every, epochs),
        keras.callbacks.CSVLogger(str(folder.metrics)),
        ScalarSummaries(writer),
        Snapshots(held_out, plot_every, epochs, [pictures.write, snapshot_summaries(writer)]),
    ]
    if model.n_codes == 2:
        callbacks.append(LatentAnimation(folder.path / "latent.gif", held_out, model.prior))
    return callbacks
