"""One training run, from batches to everything its folder holds."""

import time

import tensorflow as tf

from ..data.pipeline import classification_batches, half_labelled_batches, training_batches
from ..data.stored_images import one_line_where_unreadable
from ..errors import InputError
from .animation import LatentAnimation
from .callbacks import Checkpoints, ClusteringFigures, EpochFacts, HeldOutFigures, MetricsFile, StopOnDivergence
from .kinds import has_clusters, learns_to_classify
from .pictures import RunPictures
from .snapshots import Snapshots
from .summaries import ScalarSummaries, snapshot_summaries

MOST_STEPS_A_CALL = 16


def train(
    model,
    split,
    labels,
    held_out,
    folder,
    config,
    epochs,
    batch_size,
    seed,
    plot_every=10,
    verbose="auto",
    callbacks=(),
    first_epoch=0,
):
    """Trains a compiled model and leaves its record, checkpoints, metrics, summaries and pictures in a run folder.

    Args:
        model: The model, compiled.
        split: Training images, a ``Split``.
        labels: int [n], the labels the model may see, -1 for none. How images with and without a label come together in
            a batch depends on the model; see ``training_stream``.
        held_out: Mapping from "test", and "valid" where there is one, to held-out ``Split``s: figures on them are
            reported after every epoch, nothing more. Pictures show "test".
        folder: The ``RunFolder``; claimed once nothing stands in the way of training.
        config: The run's record; see ``RunFolder.claim``.
        epochs: Number of epochs.
        batch_size: Images in a batch.
        seed: Seed of the order of the images.
        plot_every: Epochs between pictures and between checkpoints.
        verbose: As in ``keras.Model.fit``.
        callbacks: More Keras callbacks, called after the run's own.
        first_epoch: Epochs that ``model`` was trained for in this folder already, to go on after them.

    Returns:
        ``keras.callbacks.History``.

    Raises:
        InputError: If the batches do not fit the images or the folder cannot be used.
        TrainingDivergedError: If a loss is not finite.
    """
    steps = len(split) // batch_size
    batches = training_stream(model, split.images, labels, batch_size, seed, first_epoch * steps)
    if has_clusters(model) and "valid" not in held_out:
        raise InputError("clusters are named by validation images, and none are held out: give --nvalid above 0")
    if learns_to_classify(model):
        held_out = {"labelled": split.take(labels >= 0).loaded()} | held_out
    if first_epoch:
        folder.go_on(config, first_epoch)
    else:
        folder.claim(config)
    # A loop in TensorFlow's graph cannot feed several replicas.
    model.steps_per_execution = 1 if model.is_distributed else steps_a_call(steps)
    start = time.perf_counter()
    with one_line_where_unreadable(split.images):
        history = model.fit(
            batches,
            epochs=epochs,
            initial_epoch=first_epoch,
            steps_per_epoch=steps,
            callbacks=[*_callbacks(model, held_out, folder, epochs, plot_every), *callbacks],
            shuffle=False,
            verbose=verbose,
        )
    folder.save_model(model)
    folder.write_config(config | {"finished": {"epochs": epochs, "seconds": round(time.perf_counter() - start, 1)}})
    return history


def steps_a_call(steps_an_epoch):
    """How many steps TensorFlow makes on its own before Python looks at the losses: what divides the epoch evenly."""
    return max(steps for steps in range(1, MOST_STEPS_A_CALL + 1) if steps_an_epoch % steps == 0)


def training_stream(model, images, labels, batch_size, seed, first_step=0):
    """The batches a model trains on.

    Labelled images come beside the others for a model that learns to classify; they make half of every batch for any
    other model where some images have a label and some have none.

    Args:
        model: The model.
        images: uint8 [n, height, width, channels].
        labels: int [n], -1 for none.
        batch_size: Images in a batch.
        seed: Seed of the orders.
        first_step: Step to begin with.

    Returns:
        Endless ``tf.data.Dataset``; see ``data.pipeline``.
    """
    if learns_to_classify(model):
        make = classification_batches
    elif (labels >= 0).any() and (labels < 0).any():
        make = half_labelled_batches
    else:
        make = training_batches
    return make(images, labels, batch_size, seed, first_step, model.image_range)


def _callbacks(model, held_out, folder, epochs, plot_every):
    test = held_out["test"]
    pictures = RunPictures(folder.path, model)
    writer = tf.summary.create_file_writer(str(folder.tensorboard))
    callbacks = [
        HeldOutFigures(held_out),
        *([ClusteringFigures(held_out["valid"], test)] if has_clusters(model) else []),
        EpochFacts(),
        StopOnDivergence(folder),
        Checkpoints(folder, plot_every, epochs),
        MetricsFile(str(folder.metrics), append=True),
        ScalarSummaries(writer),
        Snapshots(test, plot_every, epochs, [pictures.write, snapshot_summaries(writer)]),
    ]
    if model.n_codes == 2:
        callbacks.append(LatentAnimation(folder.path / "latent.gif", test))
    return callbacks
