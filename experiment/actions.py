"""What every script does with a model: train it, sample it, draw it, measure it."""

import contextlib
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import command_line
import keras
import tensorflow as tf
from aae.data import hold_out, load_split, require_classes
from aae.errors import InputError
from aae.training.checkpoints import Progress
from aae.training.distribution import (
    is_chief,
    make_strategy,
    one_line_where_lost,
    require_even_batch,
    require_same_progress,
)
from aae.training.fit import train as fit
from aae.training.measurement import describe, measure_run
from aae.training.pictures import RunPictures
from aae.training.provenance import provenance
from aae.training.run_folder import RunFolder
from aae.training.saving import Saving
from aae.training.stopping import StopSignals
from command_line import FLAGS

RUNS = Path("runs")
NOTICE_WIDTH = 100
SOURCE = ("data_path", "dataset", "cache")
VAE_MNIST = ("vae", "dae", "ae")
N_VALID = 10_000
WITH_VALID = ("semisupervised", "clustering", "dimreduction")


def train(name, experiment, build, choose_labels=None, path=None):
    """Trains a model, measures it, and says where everything is.

    Args:
        name: Name of the experiment, for people and for the default folder.
        experiment: The settings that a folder's later runs and readers must share, "model" among them.
        build: Function from the training split to a compiled model.
        choose_labels: Function from the training split to the split trained on and the labels that training sees; by
            default the split itself and all of its labels.
        path: The run folder; default: --save_path, or a new one.

    Returns:
        The ``RunFolder``.
    """
    strategy = make_strategy(FLAGS.strategy if "strategy" in FLAGS else "one")
    require_even_batch(FLAGS.bsize, strategy)
    folder = RunFolder(path or FLAGS.save_path or RUNS / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}")
    folder.require_experiment(experiment)
    split, labels, held_out = load_data(experiment["model"], choose_labels)
    keras.utils.set_random_seed(FLAGS.seed)
    if FLAGS.deterministic:
        tf.config.experimental.enable_op_determinism()
    with writing_to(folder, strategy) as own_folder:
        require_new_or_resumed(folder)
        with strategy.scope():
            model, progress, state = begun(folder, lambda: build(split))
        require_same_progress(progress, strategy)
        config = record(experiment, split, labels, held_out, model, strategy)
        if progress > Progress(0):
            require_same_data(folder, config)
        with StopSignals() as stop:
            cost = fit(
                model,
                split,
                labels,
                held_out,
                own_folder,
                config,
                epochs=FLAGS.maxepoch,
                batch_size=FLAGS.bsize,
                seed=FLAGS.seed,
                plot_every=FLAGS.plot_every,
                saving=Saving(FLAGS.save_every, FLAGS.save_minutes, FLAGS.keep),
                verbose=(1 if sys.stdout.isatty() else 2) if is_chief(strategy) else 0,
                progress=progress,
                state=state,
                stop=stop,
            )
    if not is_chief(strategy):
        print(f"Trained {name} with the others; what came of it is where the chief writes")
        return folder
    if strategy.num_replicas_in_sync > 1:
        model, _ = folder.load()
    figures, _ = measured(folder, model, FLAGS.maxepoch, held_out["test"])
    show_notices(split)
    show_run(name, folder, model, experiment["model"], cost)
    show_figures(figures, held_out["test"])
    return folder


def require_new_or_resumed(folder):
    """Offers to go on with a run of the same flags that was stopped, rather than set it aside unasked."""
    saved = folder.checkpoints.saved()
    recorded = folder.read_config()
    if FLAGS["resume"].present or not saved or "finished" in recorded:
        return
    begun_with = recorded.get("flags")
    if begun_with and not command_line.differing_flags(begun_with, FLAGS.flag_values_dict()):
        raise InputError(
            f"{folder.path}: holds a run of this command, stopped after {saved[-1]}; "
            "add --resume to go on from there, or --noresume to set it aside and begin again"
        )


def begun(folder, build):
    """A model to train, how far it has come, and the state of its training."""
    if FLAGS.resume and folder.checkpoints.saved():
        return folder.checkpoints.load_newest(to_train=True)
    return build(), Progress(0), None


def require_same_data(folder, config):
    """Refuses to go on with other images or labels than a run began with."""
    recorded, present = (
        {name: part["digests"] if isinstance(part, dict) else part for name, part in each["data"].items()}
        for each in (folder.read_config(), config)
    )
    if recorded != present:
        raise InputError(
            f"{folder.path}: its run was trained on other images or labels; give it those, or another --save_path"
        )


def load_data(model, choose_labels):
    """The images trained on, the labels that training sees, and the held-out splits, which are held in memory."""
    whole = load_split("train", FLAGS.data_path, FLAGS.dataset, FLAGS.cache)
    show_notices(whole)
    remaining, valid = hold_out(whole, n_valid(whole, model), command_line.label_draw())
    if FLAGS.parzen_samples and not valid:
        raise InputError("--parzen_samples chooses σ on validation images, and none are held out: add --nvalid 10000")
    split, labels = choose_labels(remaining) if choose_labels else (remaining, remaining.labels)
    test = load_split("test", FLAGS.data_path, FLAGS.dataset)
    require_classes(whole, test)
    return split, labels, {part.name: part for part in (valid, test) if part}


def record(experiment, split, labels, held_out, model, strategy):
    """What a run's folder says of it."""
    return {
        "experiment": experiment,
        "command": " ".join(["python", *sys.argv]),
        "flags": command_line.recorded_flags(),
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


def measured(folder, model, epoch, test):
    """Measures a trained model; returns the figures and the paths of the pictures of its classes."""
    training, valid = (lambda: recorded_split(folder, "train")), (lambda: recorded_valid(folder))
    return measure_run(folder, model, epoch, training, valid, test, FLAGS.seed, FLAGS.parzen_samples)


def show_run(name, folder, model, kind, cost):
    """Says where everything is that a training run left."""
    epochs = [progress.epoch for progress in folder.checkpoints.saved()]
    script = Path(sys.argv[0]).with_name("vae_mnist.py" if kind in VAE_MNIST else "aae_mnist.py")
    print(
        f"\nTrained {name}, epochs: {FLAGS.maxepoch}\n"
        f"  pictures     {folder.path}/*.png{', latent.gif' if model.n_codes == 2 else ''}\n"
        f"  TensorBoard  tensorboard --logdir {folder.tensorboard}\n"
        f"  metrics      {folder.metrics}\n"
        f"  model        {folder.model}\n"
        f"  checkpoints  {folder.checkpoints.folder} (epochs {', '.join(map(str, epochs))}); "
        f"saving took {cost['seconds_saving']} of {cost['seconds']} s\n"
        f"  more         python {script} --generate --save_path {folder.path}"
    )


@contextlib.contextmanager
def writing_to(folder, strategy):
    """The folder that this process writes to: the chief to ``folder``, another worker to one that does not stay.

    All of them do the same work, so that no one waits for a worker that is about something else.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(one_line_where_lost(strategy, folder))
        yield folder if is_chief(strategy) else RunFolder(stack.enter_context(tempfile.TemporaryDirectory()))


def generate(wanted, styles=False):
    """Writes a sheet of samples from a trained model, or every class in ten styles."""
    folder, model, epoch = trained_model(wanted)
    pictures = RunPictures(folder.path, model)
    paths = pictures.write_styles(FLAGS.seed) if styles else [pictures.write_samples(FLAGS.seed)]
    show_paths(paths, epoch)


def viz(wanted):
    """Writes the codes of the test images, and the manifold, of a trained model."""
    folder, model, epoch = trained_model(wanted)
    if model.n_codes != 2:
        raise InputError(f"--viz draws a plane of codes: the model in {folder.path} has {model.n_codes}, expected 2")
    test = recorded_split(folder, "test")
    show_notices(test)
    pictures = RunPictures(folder.path, model)
    show_paths([pictures.write_latent(test), *pictures.write_manifolds()], epoch)


def evaluate(wanted):
    """Prints the figures of a trained model on the test images, and writes its pictures."""
    folder, model, epoch = trained_model(wanted)
    test = recorded_split(folder, "test")
    show_notices(test)
    figures, paths = measured(folder, model, epoch, test)
    show_paths([*paths, folder.evaluation], epoch)
    show_figures(figures, test)


def n_valid(split, model):
    """How many training images are held out: --nvalid, or its default for the model and the size of the set."""
    if FLAGS.nvalid is not None:
        return FLAGS.nvalid
    if model not in WITH_VALID:
        return 0
    fitting = min(N_VALID, len(split) // 6)
    if fitting < N_VALID:
        print(f"--nvalid is {N_VALID:,} by default: of {len(split):,} images a sixth, {fitting:,}")
    return fitting


def trained_model(wanted):
    """The run folder, the model and the epoch that --save_path, --load and the settings ``wanted`` name."""
    if FLAGS.save_path is None:
        folder = RunFolder.newest(RUNS, wanted)
    else:
        folder = RunFolder(FLAGS.save_path)
        folder.require_experiment(wanted)
    model, progress = folder.load(FLAGS.load)
    return folder, model, progress.epoch


def recorded_split(folder, part):
    """The training or test images that a run was made with, or those that the flags name instead."""
    recorded = folder.read_config().get("flags", FLAGS.flag_values_dict())
    source = {name: recorded.get(name, FLAGS[name].default) for name in SOURCE} | command_line.given(SOURCE)
    return load_split(part, **source | ({} if part == "train" else {"cache": "memory"}))


def recorded_valid(folder):
    """The validation images that a run held out, or None."""
    config = folder.read_config()
    try:
        n_held_out = config["data"].get("valid", {"images": 0})["images"]
        recorded = config["flags"]
        seed = recorded["seed"] if recorded.get("label_draw") is None else recorded["label_draw"]
    except KeyError as missing:
        raise InputError(f"{folder.config}: does not say {missing}, which tells what images were held out") from None
    return hold_out(recorded_split(folder, "train"), n_held_out, seed)[1]


def show_notices(split):
    """Frames what a reader of the results must know."""
    if split.notice:
        rule = "!" * NOTICE_WIDTH
        print(f"\n{rule}\n{textwrap.fill(split.notice, NOTICE_WIDTH)}\n{rule}\n", flush=True)


def show_paths(paths, epoch):
    """Says what was written, from which model."""
    for path in paths:
        print(f"{path}: from the model after epoch {epoch}")


def show_figures(figures, split):
    """Says what was measured."""
    print(f"\nOn {len(split):,} test images:")
    for line in describe(figures):
        print(line)
