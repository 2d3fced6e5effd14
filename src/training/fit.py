"""One training run, from batches to everything its folder holds."""

import contextlib
from typing import NamedTuple

from ..data.neighbours import mutual_neighbours
from ..data.on_disk_images import translate_read_errors
from ..data.pipeline import classification_batches, half_labelled_batches, training_batches
from ..errors import InputError
from ..models.keras_internals import forget_functions
from .animation import LatentAnimation
from .callbacks import AtomicCSVLogger, ClusteringMetrics, EpochTimer, HeldOutMetrics
from .checkpoint_callback import CheckpointCallback, CheckpointPolicy, translate_write_errors
from .checkpoints import Progress
from .divergence import StopOnDivergence, translate_divergence_errors
from .hyperparameters import begin_session, end_session
from .projector import ProjectorFiles
from .snapshots import Snapshots
from .stopping import StopSignals
from .summaries import ScalarSummaries, snapshot_summaries, summary_writer
from .table_pictures import pictures_of

MAX_STEPS_PER_EXECUTION = 16


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
    policy=None,
    verbose="auto",
    callbacks=(),
    progress=None,
    state=None,
    stop=None,
    n_neighbours=0,
):
    """Trains a compiled model and leaves its record, checkpoints, metrics, summaries and pictures in a run folder.

    Args:
        model: The model, compiled.
        split: Training images, a ``Split``.
        labels: int [n], the labels the model may see, -1 for none. How images with and without a label come together in
            a batch depends on the model; see ``training_stream``.
        held_out: Mapping from "test", and "valid" where there is one, to held-out ``Split``s: metrics on them are
            reported after every epoch, nothing more. Pictures show "test".
        folder: The ``RunFolder``; created once nothing stands in the way of training.
        config: The run's record; see ``RunFolder.create``.
        epochs: Number of epochs.
        batch_size: Images in a batch.
        seed: Seed of the order of the images.
        plot_every: Epochs between pictures, and between checkpoints that are kept for good.
        policy: The ``CheckpointPolicy`` that says when checkpoints are saved; default every five epochs.
        verbose: As in ``keras.Model.fit``.
        callbacks: More Keras callbacks, called after the run's own.
        progress: ``Progress`` of the checkpoint that ``model`` comes from, where training resumes in its folder.
        state: The state it was saved with.
        stop: ``StopSignals``, if Ctrl-C and SIGTERM are to save before they end training.
        n_neighbours: Nearest images that count as neighbours, for a model that takes some; 0 for none.

    Returns:
        What the run cost, for its record: a dictionary.

    Raises:
        InputError: If the batches do not fit the images or the folder cannot be used.
        TrainingDivergedError: If a loss or a weight is non-finite.
        TrainingStopped: If ``stop`` was asked to.
    """
    policy, progress = policy or CheckpointPolicy(), progress or Progress(0)
    if model.has_clusters and "valid" not in held_out and held_out["test"].has_labels:
        raise InputError(
            "clusters are named by validation images, and none are held out: hold some out", setting="data.n_valid"
        )
    if model.learns_to_classify:
        held_out = {"labelled": split.take(labels >= 0).in_memory()} | held_out
    steps = len(split) // batch_size
    segments = list(fit_segments(progress, epochs, steps))
    neighbours = mutual_neighbours(split.images, n_neighbours) if n_neighbours else None
    streams = [
        training_stream(model, split.images, labels, batch_size, seed, each.first_step, neighbours) for each in segments
    ]
    with contextlib.ExitStack() as stack:
        stack.enter_context(folder.lock())
        config = folder.resume(config, progress) if progress > Progress(0) else folder.create(config)
        stack.enter_context(translate_write_errors(folder.checkpoints))
        writer = summary_writer(folder.tensorboard, progress.epoch)
        if progress == Progress(0):
            begin_session(writer, config, folder.path)
        given = plot_every, policy, progress, stop
        checkpoints, others = _callbacks(model, held_out, folder, writer, epochs, steps, *given)
        checkpoints.resume_from(progress, state or {})
        stack.enter_context(translate_read_errors(split.images))
        stack.enter_context(translate_divergence_errors(steps, folder.checkpoints))
        for segment, batches in zip(segments, streams, strict=True):
            _set_steps_per_execution(model, segment.steps)
            model.fit(
                batches,
                epochs=segment.last_epoch,
                initial_epoch=segment.first_epoch,
                steps_per_epoch=segment.steps,
                callbacks=[*others, *callbacks, checkpoints],
                shuffle=False,
                verbose=verbose,
            )
        if segments:
            end_session(writer, config, epochs)
        folder.save_model(model)
        cost = {"epochs": epochs} | checkpoints.cost()
        folder.write_config(config | {"finished": cost})
    return cost


class FitSegment(NamedTuple):
    """Epochs of equally many steps, trained by one call of ``fit``."""

    first_epoch: int
    last_epoch: int
    steps: int
    first_step: int


def fit_segments(progress, epochs, steps):
    """The segments left of ``epochs`` after ``progress``: the rest of a begun epoch, then the epochs after it."""
    done = progress.epoch * steps + progress.step
    if progress.step:
        yield FitSegment(progress.epoch, progress.epoch + 1, steps - progress.step, done)
        progress, done = Progress(progress.epoch + 1), (progress.epoch + 1) * steps
    if progress.epoch < epochs:
        yield FitSegment(progress.epoch, epochs, steps, done)


def _set_steps_per_execution(model, steps_per_epoch):
    # A loop in TensorFlow's graph cannot feed several replicas.
    model.steps_per_execution = 1 if model.is_distributed else steps_per_execution(steps_per_epoch)
    forget_functions(model)


def steps_per_execution(steps_per_epoch):
    """Steps that TensorFlow makes before Python sees the losses: at most 16, a divisor of the steps of an epoch."""
    return max(steps for steps in range(1, MAX_STEPS_PER_EXECUTION + 1) if steps_per_epoch % steps == 0)


def training_stream(model, images, labels, batch_size, seed, first_step=0, neighbours=None):
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
        neighbours: int32 [n, n_neighbours], the neighbours of every image, for a model that takes some; or None.

    Returns:
        Endless ``tf.data.Dataset``; see ``data.pipeline``.
    """
    given = (images, labels, batch_size, seed, first_step, model.image_range)
    if model.learns_to_classify:
        return classification_batches(*given, neighbours, model.neighbours_taken)
    if (labels >= 0).any() and (labels < 0).any():
        return half_labelled_batches(*given)
    return training_batches(*given, neighbours, model.neighbours_taken)


def _callbacks(model, held_out, folder, writer, epochs, steps, plot_every, policy, progress, stop):
    """The callback that saves, and those before it."""
    test = held_out["test"]
    pictures = pictures_of(folder.path, model, test)
    naming = held_out["valid"] if test.has_labels and model.has_clusters else None
    projector = ProjectorFiles(folder.tensorboard, model, test)
    timer = EpochTimer()
    callbacks = [
        HeldOutMetrics(held_out),
        *([ClusteringMetrics(naming, test)] if model.has_clusters else []),
        timer,
        StopOnDivergence(folder.checkpoints),
        AtomicCSVLogger(folder.metrics, progress.epoch),
        ScalarSummaries(writer),
        Snapshots(test, plot_every, epochs, [pictures.write, snapshot_summaries(writer), projector.write]),
    ]
    if model.n_codes == 2:
        callbacks.append(LatentAnimation(folder.path, test, progress.epoch))
    stop = stop or StopSignals()
    return CheckpointCallback(folder.checkpoints, policy, plot_every, epochs, steps, timer, stop), callbacks
