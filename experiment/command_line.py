"""What the scripts share: flags of data, training and run folder, grouped help, and errors of one line."""

import importlib
import os
import sys
import tempfile

from absl import app, flags

FLAGS = flags.FLAGS

ACTION = "action (exactly one)"
MODEL = "model"
DATA = "data"
TRAINING = "training"
RUN = "run folder"
GROUPS = (ACTION, MODEL, DATA, TRAINING, RUN)


def define_data_flags():
    """Where images come from."""
    flags.DEFINE_string(
        "data_path",
        None,
        "Folder with MNIST's four IDX files, or another set's, gzip or plain. Default: TensorFlow Datasets.",
        module_name=DATA,
    )
    flags.DEFINE_string(
        "dataset",
        "mnist",
        "Set to take from TensorFlow Datasets where --data_path is not given: mnist, fashion_mnist, kmnist, or any "
        "image-classification set of 28 × 28 grey images.",
        module_name=DATA,
    )


def define_training_flags():
    """How a model is trained."""
    flags.DEFINE_float("lr", 2e-4, "Initial learning rate.", module_name=TRAINING)
    flags.DEFINE_list(
        "lr_drops",
        ["100", "300"],
        "Epochs after which the learning rate falls tenfold; empty for none.",
        module_name=TRAINING,
    )
    flags.DEFINE_float("dropout", 1.0, "Keep probability for dropout in encoder and decoder.", module_name=TRAINING)
    flags.DEFINE_integer("bsize", 128, "Batch size.", lower_bound=1, module_name=TRAINING)
    flags.DEFINE_integer("maxepoch", 100, "Max number of epochs.", lower_bound=1, module_name=TRAINING)
    flags.DEFINE_integer(
        "seed",
        0,
        "Seed of weights, order, noise, samples and of which labels are kept.",
        lower_bound=0,
        module_name=TRAINING,
    )
    flags.register_validator("lr", lambda rate: 0 < rate < float("inf"), "expected a finite number above 0")
    flags.register_validator("lr_drops", _are_rising_epochs, "expected rising epochs, such as 100,300")
    flags.register_validator("dropout", lambda keep: 0 < keep <= 1, "expected a keep probability, above 0 and up to 1")


def define_run_flags():
    """Where a run is written and read."""
    flags.DEFINE_string(
        "save_path",
        None,
        "Folder of the run. Default: for training a new one, runs/<experiment>-<time>; otherwise the newest there.",
        module_name=RUN,
    )
    flags.DEFINE_integer(
        "load",
        None,
        "The epoch ID of the pre-trained model to be restored. Default: the newest.",
        lower_bound=0,
        module_name=RUN,
    )
    flags.DEFINE_integer(
        "plot_every", 10, "Epochs between pictures and between checkpoints.", lower_bound=1, module_name=RUN
    )


def define_weight(name, default, loss):
    """A loss weight: a finite number, 0 or above."""
    help_text = (
        f"Weight of {loss}. With an Adam optimiser for each phase it cancels out of the update, but for Adam's epsilon."
    )
    flags.DEFINE_float(name, default, help_text, module_name=TRAINING)
    flags.register_validator(name, lambda weight: 0 <= weight < float("inf"), "expected a finite number, 0 or above")


def given(names):
    """The flags among ``names`` that the command line or a recipe sets, with their values."""
    return {name: FLAGS[name].value for name in names if FLAGS[name].present}


def recorded_flags():
    """Every flag of the script with its value, for a run's record."""
    by_group = FLAGS.flags_by_module_dict()
    return {flag.name: flag.value for group in GROUPS for flag in by_group.get(group, [])}


def run(main):
    """Parses the flags and calls ``main``; a mistake in what was given ends in one line and exit status 2."""
    app.run(lambda _: _call(main), flags_parser=_parse)


def _call(main):
    from aae.errors import InputError

    try:
        _start_tensorflow()
        main()
    except InputError as error:
        _fail(error)
    except OSError as error:
        if error.filename is None:
            raise
        _fail(f"{error.filename}: {error.strerror}")


def _start_tensorflow():
    """Imports TensorFlow without the messages in which an error of one line would drown."""
    from aae.backend import require_tensorflow

    require_tensorflow()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Some messages heed no level, and come from C++, past sys.stderr.
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as messages:
        os.dup2(messages.fileno(), 2)
        try:
            importlib.import_module("tensorflow")
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


def _parse(argv):
    if {"--help", "-help", "--helpshort", "-h", "-?"} & set(argv[1:]):
        print(sys.modules["__main__"].__doc__)
        for group in GROUPS:
            print(FLAGS.module_help(group))
        sys.exit(0)
    try:
        surplus = FLAGS(argv)[1:]
    except flags.Error as error:
        _fail(error)
    if surplus:
        _fail(f"{' '.join(surplus)!r}: expected flags only, each with -- before its name")
    return argv[:1]


def _fail(message):
    line = " ".join(str(message).split())
    print(f"{os.path.basename(sys.argv[0])}: error: {line}", file=sys.stderr)
    sys.exit(2)


def _are_rising_epochs(drops):
    return all(drop.isdigit() and int(drop) > 0 for drop in drops) and sorted(set(drops), key=int) == drops
