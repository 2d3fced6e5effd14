"""Hyperparameters and final metrics of runs, for TensorBoard's table that compares them (HParams)."""

import time
from pathlib import Path

import tensorflow as tf
from tensorboard.plugins.hparams import api as hp
from tensorboard.plugins.hparams import api_pb2, summary
from tensorboard.plugins.scalar.summary_v2 import scalar_pb

from .event_file import write_event_file

# Flags that say what to do, where, how fast and how often something is written; the others shape what is learned.
NOT_COMPARED = {
    *("train", "train_supervised", "train_semisupervised", "train_clustering", "train_dimreduction"),
    *("generate", "supervise", "viz", "evaluate", "explore", "load", "resume", "save_path", "data_path", "cache"),
    *("encode", "encoded", "contamination", "interpolate"),
    *("plot_every", "save_every", "save_minutes", "keep", "parzen_samples", "strategy", "jit", "deterministic"),
}
FINAL = "evaluation/"
# The table shows no more columns of each kind before a reader asks for them.
N_SHOWN = 5
OF_CLASSES = "accuracy", "clustering_error"


def hyperparameters(record):
    """What a run is compared by: its kind of model and those of its flags that shape what is learned.

    Flags without a value are left out; the draw of the labels is that of the seed where it was not given.

    Args:
        record: A run's record, see ``RunFolder.create``.

    Returns:
        Dictionary from names to numbers, strings and bools; empty where the record has no flags.
    """
    flags = record.get("flags")
    if not flags:
        return {}
    values = {"model": record["experiment"].get("model")} | flags
    if values.get("label_draw") is None:
        values["label_draw"] = values.get("seed")
    return {name: _plain(value) for name, value in values.items() if name not in NOT_COMPARED and value is not None}


def _plain(value):
    """A value of a flag as a number, a string or a bool; a text of digits as a number."""
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def begin_session(writer, record, path):
    """Writes the hyperparameters of a run that begins.

    Args:
        writer: ``tf.summary.SummaryWriter`` of the run's log.
        record: Its record.
        path: Its folder, which with the time names it in the table.
    """
    values = hyperparameters(record)
    if values:
        path = Path(path).resolve()
        with writer.as_default():
            hp.hparams(values, trial_id=f"{path.parent.name}/{path.name} {time.strftime('%Y%m%d-%H%M%S')}")
        writer.flush()


def end_session(writer, record, epochs):
    """Writes that a run has ended well, after ``epochs``; arguments otherwise as in ``begin_session``."""
    if hyperparameters(record):
        ended = summary.session_end_pb(api_pb2.STATUS_SUCCESS)
        with writer.as_default():
            tf.summary.experimental.write_raw_pb(ended.SerializeToString(), step=epochs)
        writer.flush()


def write_final_metrics(folder, epoch, metrics):
    """Writes what a trained model was measured to have, as scalars, in place of what was measured before.

    Args:
        folder: Folder of the run's log.
        epoch: Epochs it was trained.
        metrics: Mapping from names to numbers.
    """
    scalars = [scalar_pb(f"{FINAL}{name}", value).SerializeToString() for name, value in metrics.items()]
    write_event_file(folder, "evaluation", [(epoch, scalar) for scalar in scalars])


def write_comparison(folder, runs, given):
    """Writes which hyperparameters and metrics TensorBoard's table of some runs has.

    Args:
        folder: Folder that holds the folders of the runs.
        runs: ``RunFolder``s of measured runs.
        given: Names of hyperparameters that are shown, if there is room, beside those in which the runs differ.
    """
    compared = [hyperparameters(run.read_config()) for run in runs]
    names = dict.fromkeys(name for values in compared for name in values)
    differing = [name for name in names if len({values.get(name) for values in compared}) > 1]
    shown = list(dict.fromkeys([*differing, "model", *given]))[: max(N_SHOWN, len(differing))]
    infos = [_hparam_info(name, compared, name in shown) for name in names]
    metrics = [hp.Metric(tag).as_proto() for tag in _final_tags(runs)]
    table = summary.experiment_pb(infos, metrics)
    write_event_file(folder, "comparison", [(0, table.SerializeToString())])


def _hparam_info(name, compared, is_shown):
    values = sorted({values[name] for values in compared if name in values}, key=str)
    # TensorBoard shows those first that are said to differ.
    info = api_pb2.HParamInfo(name=name, differs=is_shown)
    _domain(values).update_hparam_info(info)
    return info


def _domain(values):
    if any(isinstance(value, str) for value in values):
        return hp.Discrete([str(value) for value in values])
    if any(isinstance(value, bool) for value in values):
        return hp.Discrete([False, True])
    return hp.RealInterval(float(min(values)), float(max(values)))


def _final_tags(runs):
    """Names of the scalars that say how good each of the runs is at its end."""
    metrics = dict.fromkeys(name for run in runs for name in run.read_evaluation()["figures"])
    headers = [run.metrics.read_text().split("\n")[0] for run in runs if run.metrics.exists()]
    columns = dict.fromkeys(name for header in headers for name in header.split(","))
    ordered = sorted(metrics, key=lambda name: name not in OF_CLASSES)
    return [*(FINAL + name for name in ordered), *(name for name in columns if name.startswith("valid_"))]
