"""Training on several devices or hosts: TensorFlow's strategies by name."""

import contextlib
import gc
import json
import os
import re
import traceback

import tensorflow as tf

from ..errors import InputError, RunError

LOST = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError, tf.errors.DeadlineExceededError)


def make_strategy(name):
    """The strategy under whose scope a model is made and trained.

    Args:
        name: "one", no distribution; "mirrored", all devices of this host; "multiworker", all hosts that the
            environment variable TF_CONFIG names; or "auto": multiworker where there is a TF_CONFIG, mirrored where
            there are several GPUs, otherwise one.

    Returns:
        ``tf.distribute.Strategy``. Of "multiworker" it is made when all workers are there, and before anything else is
        done with TensorFlow.

    Raises:
        InputError: If "multiworker" is asked for and TF_CONFIG does not say who the workers are.
    """
    if name == "auto":
        n_gpus = len(tf.config.list_physical_devices("GPU"))
        name = "multiworker" if "TF_CONFIG" in os.environ else "mirrored" if n_gpus > 1 else "one"
    if name == "one":
        return tf.distribute.get_strategy()
    if name == "mirrored":
        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    _require_cluster()
    return tf.distribute.MultiWorkerMirroredStrategy()


def is_chief(strategy):
    """Whether this process writes the results: the only one, the one called chief, or else worker 0."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return True
    is_first = resolver.task_type == "worker" and resolver.task_id == 0
    return resolver.task_type == "chief" or (is_first and "chief" not in resolver.cluster_spec().as_dict())


def require_even_batch(batch_size, strategy):
    """Refuses a global batch that replicas cannot share evenly."""
    n_replicas = strategy.num_replicas_in_sync
    if batch_size % n_replicas:
        raise InputError(f"batches of {batch_size:,} on {n_replicas} replicas: expected a multiple of {n_replicas}")


def require_same_progress(progress, strategy):
    """Refuses workers that would resume from different checkpoints, as when they do not read the same folder.

    Args:
        progress: ``Progress`` of the one that this worker has read.
        strategy: The strategy of the run.
    """
    if strategy.num_replicas_in_sync == 1:
        return

    @tf.function
    def mean():
        own = tf.constant([float(progress.epoch), float(progress.step)])
        return strategy.reduce("MEAN", strategy.run(lambda: own), axis=None)

    if tuple(mean().numpy()) != progress:
        raise InputError(
            f"this worker resumes from {progress}, the others do not: "
            "give a folder on a file system that all of them share",
            setting="run.path",
        )


@contextlib.contextmanager
def translate_worker_errors(strategy, folder):
    """Translates TensorFlow's errors of a lost worker into an error of one line.

    Args:
        strategy: The strategy of the run.
        folder: Its ``RunFolder``.

    Raises:
        RunError: If another worker ended or does not answer.
    """
    try:
        yield
    except LOST as error:
        if strategy.cluster_resolver is None:
            raise
        _let_go(error)
        saved = folder.checkpoints.saved()
        left = f"to resume from {saved[-1]}" if saved else "from the beginning, because nothing was saved yet"
        reason = re.sub(r"{{.*?}} ?", "", str(error.message)).strip().split("\n")[0]
        raise RunError(
            f"lost another worker ({reason}); start all of them again {left}",
            setting="run.resume",
        ) from error


def _let_go(error):
    """Lets go of what the frames of an error hold: TensorFlow leaves a pool of threads open there.

    Such a pool complains on stderr if it is still there when the interpreter ends.
    """
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            _clear(frame)
        error = error.__cause__ or error.__context__
    # Keras cuts frames out of the traceback, which may then hold one another.
    gc.collect()


def _clear(frame):
    """Clears a frame and those that called it, which the traceback may lack, but for those still running."""
    while frame is not None:
        with contextlib.suppress(RuntimeError):
            frame.clear()
        frame = frame.f_back


def _require_cluster():
    given = os.environ.get("TF_CONFIG", "")
    expected = (
        'expected {"cluster": {"worker": ["HOST:PORT", …]}, "task": {"type": "worker", "index": 0}}, '
        "the same cluster and another index on every host"
    )
    try:
        config = json.loads(given)
        task = config["task"]
        config["cluster"][task["type"]][int(task["index"])]
    except (ValueError, KeyError, TypeError, IndexError):
        raise InputError(f"TF_CONFIG is {given!r}: {expected}") from None
