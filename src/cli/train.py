"""The command that trains a model, measures it, and says where everything is."""

import contextlib
import shlex
import sys
import tempfile
import time
from pathlib import Path

import keras
import tensorflow as tf

from ..config import WITHOUT_GAME
from ..data.tables.record import table_record
from ..errors import InputError
from ..evaluation.metrics import clusters_named
from ..evaluation.training_reference import TrainingReference
from ..models.build import build_model, n_components
from ..training.checkpoint_callback import CheckpointPolicy
from ..training.checkpoints import Progress
from ..training.compiling import compile_model
from ..training.distribution import (
    is_chief,
    make_strategy,
    require_even_batch,
    require_same_progress,
    translate_worker_errors,
)
from ..training.epoch_metrics import read_epoch_metrics
from ..training.fit import train as fit
from ..training.provenance import provenance
from ..training.run_folder import RunFolder
from ..training.stopping import StopSignals
from .console_report import show_metrics, show_trained
from .given import differing_flags
from .images import load_data, show_notices
from .measured import measured

RUNS = Path("runs")


def train(config, program):
    """Trains a model, measures it, and says where everything is.

    Args:
        config: The ``Config``.
        program: The ``Program`` that runs, to name what can be done next.

    Returns:
        The ``RunFolder``.

    Raises:
        InputError: If what was given does not fit together, or the folder cannot be used.
        RunError: If training cannot continue.
        TrainingStopped: If Ctrl-C or SIGTERM asked to stop.
    """
    run, experiment, name = config.run, experiment_of(config.model), name_of(config.model)
    strategy = make_strategy(run.strategy)
    require_even_batch(run.batch_size, strategy)
    folder = RunFolder(run.path or RUNS / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}")
    folder.require_experiment(experiment)
    split, labels, held_out = load_data(config)
    keras.utils.set_random_seed(run.seed)
    if run.deterministic:
        tf.config.experimental.enable_op_determinism()
    with _writing_to(folder, strategy) as own_folder:
        _require_new_or_resumed(folder, run)
        with strategy.scope():
            model, progress, state = _build_or_restore(folder, config, split)
        require_same_progress(progress, strategy)
        record = _record(config, experiment, split, labels, held_out, model, strategy)
        if progress > Progress(0):
            _require_same_data(folder, record)
        if progress >= Progress(run.epochs):
            # Nothing is left to train: it was trained by the versions and on the machine of its record.
            earlier = folder.read_config()
            record |= {name: earlier[name] for name in provenance() if name in earlier}
        with StopSignals() as stop:
            cost = fit(
                model,
                split,
                labels,
                held_out,
                own_folder,
                record,
                epochs=run.epochs,
                batch_size=run.batch_size,
                seed=run.seed,
                plot_every=run.plot_every,
                policy=CheckpointPolicy(run.save_every, run.save_minutes, run.keep),
                verbose=(1 if sys.stdout.isatty() else 2) if is_chief(strategy) else 0,
                progress=progress,
                state=state,
                stop=stop,
                n_neighbours=config.data.n_neighbours,
            )
    if not is_chief(strategy):
        print(f"Trained {name} with the others; what came of it is where the chief writes")
        return folder
    if strategy.num_replicas_in_sync > 1:
        model, _ = folder.load()
    metrics, _ = measured(folder, model, run.epochs, held_out["test"], run)
    _keep_reference(folder, model, split, held_out.get("valid"))
    show_notices(split)
    places = _places(folder, model, config, cost, program)
    show_trained(name, run.epochs, places, read_epoch_metrics(folder.metrics))
    show_metrics(metrics, held_out["test"])
    return folder


def _keep_reference(folder, model, split, valid):
    """Keeps what samples are compared with, so that they can be encoded where the training data are not."""
    has_names = model.has_clusters and valid is not None and valid.has_labels
    clusters = clusters_named(model, valid) if has_names else None
    TrainingReference.of(model, split, split.class_names, clusters).save(folder.reference)


def experiment_of(model):
    """The settings of a ``ModelConfig`` that a folder's later runs and readers must share, by their recorded names."""
    settings = {"model": model.kind, "ncode": model.n_codes}
    if model.kind not in WITHOUT_GAME:
        settings |= {"dist_type": model.prior, "label": model.sees_labels}
    return settings | ({"nclusters": model.n_clusters} if model.n_clusters else {})


def name_of(model):
    """Name of a model for people and for the default folder."""
    if model.kind in WITHOUT_GAME:
        return f"{model.kind}-{model.n_codes}"
    kind = "label" if model.sees_labels else None if model.kind == "aae" else model.kind
    clusters = model.n_clusters and f"{model.n_clusters}clusters"
    return "-".join(filter(None, ["aae", kind, clusters, model.prior, str(model.n_codes)]))


def compiled_model(config, split):
    """The model of a ``Config``, ready to be trained on the images of ``split``."""
    model_config = config.model_for(len(split))
    n_parts = n_components(model_config, split.n_classes)
    if model_config.sees_labels and model_config.prior == "gmm" and split.n_classes > n_parts:
        raise InputError(
            f"--label with {split.n_classes} classes and --ncomponents {n_parts}: every class needs a component"
        )
    model = build_model(model_config, split.image_shape, split.n_classes)
    return compile_model(model, config.optimizer, config.run.epochs, config.run.steps_per_epoch(len(split)))


def _build_or_restore(folder, config, split):
    """Builds a new model, or restores the newest checkpoint: the model, its ``Progress`` and the state of training."""
    if config.run.resume and folder.checkpoints.saved():
        return folder.checkpoints.load_newest(to_train=True)
    return compiled_model(config, split), Progress(0), None


def _require_new_or_resumed(folder, run):
    """Offers to resume a run of the same flags that was stopped, rather than set it aside unasked."""
    saved = folder.checkpoints.saved()
    recorded = folder.read_config()
    if run.resume is not None or not saved or "finished" in recorded:
        return
    begun_with = recorded.get("flags")
    if begun_with and not differing_flags(begun_with, run.flags):
        raise InputError(
            f"{folder.path}: holds a run of this command, stopped after {saved[-1]}; "
            "add --resume to continue from there, or --noresume to set it aside and begin again"
        )


def _require_same_data(folder, record):
    """Refuses to resume with other images or labels than a run began with."""
    recorded, present = (
        {name: part["digests"] if isinstance(part, dict) else part for name, part in each["data"].items()}
        for each in (folder.read_config(), record)
    )
    if recorded != present:
        raise InputError(
            f"{folder.path}: its run was trained on other images or labels; give it those, or another --save_path"
        )


def _record(config, experiment, split, labels, held_out, model, strategy):
    """What a run's folder says of it."""
    table = table_record(split)
    return {
        "experiment": experiment,
        "command": config.run.command,
        "flags": dict(config.run.flags),
        **({} if table is None else {"table": table}),
        "data": {part.name: part.record() for part in (split, *held_out.values())}
        | {"labelled_images": int((labels >= 0).sum())},
        "computation": {
            "precision": model.precision,
            "jit": model.jit_compile,
            "strategy": type(strategy).__name__,
            "replicas": strategy.num_replicas_in_sync,
        },
        **provenance(),
    }


def _places(folder, model, config, cost, program):
    """Where everything is that a training run left."""
    epochs = [progress.epoch for progress in folder.checkpoints.saved()]
    script = program.sibling("vae_mnist" if config.model.kind in WITHOUT_GAME else "aae_mnist")
    return {
        "report": str(folder.report),
        "pictures": f"{folder.path}/*.png{', latent.gif' if model.n_codes == 2 else ''}",
        "TensorBoard": f"tensorboard --logdir {shlex.quote(str(folder.tensorboard))}",
        "metrics": str(folder.metrics),
        "model": str(folder.model),
        "checkpoints": f"{folder.checkpoints.folder} (epochs {', '.join(map(str, epochs))}); "
        f"saving took {cost['seconds_saving']} of {cost['seconds']} s",
        "more": f"{script} --generate --save_path {shlex.quote(str(folder.path))}",
    }


@contextlib.contextmanager
def _writing_to(folder, strategy):
    """The folder that this process writes to: the chief to ``folder``, another worker to a temporary one.

    All of them do the same work, so that none waits for another.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(translate_worker_errors(strategy, folder))
        yield folder if is_chief(strategy) else RunFolder(stack.enter_context(tempfile.TemporaryDirectory()))
