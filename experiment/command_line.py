"""What the scripts share: their flags, grouped help, and errors of one line."""

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
# What says where a run is, and never comes from its record.
OF_THE_COMMAND = "save_path", "load", "resume"
# What a run that goes on may be given anew.
FREE_TO_CHANGE = (
    *OF_THE_COMMAND,
    *("maxepoch", "plot_every", "parzen_samples", "save_every", "save_minutes", "keep", "data_path", "strategy"),
)
GROUPS = (ACTION, MODEL, DATA, TRAINING, RUN)


def define_actions(helps):
    """Boolean flags of which exactly one must be given: a mapping from names to what they do."""
    for name, what in helps.items():
        flags.DEFINE_bool(name, False, what, module_name=ACTION)
    flags.mark_bool_flags_as_mutual_exclusive(list(helps), required=True)


def define_model_flags():
    """What every model has: networks, codes, images, noise."""
    flags.DEFINE_integer("ncode", 2, "Dimension of code.", lower_bound=1, module_name=MODEL)
    flags.DEFINE_float(
        "prior_std", 1.0, "Standard deviation of the Gaussian prior.", lower_bound=1e-6, module_name=MODEL
    )
    flags.DEFINE_integer("nhidden", 1000, "Units of each hidden layer.", lower_bound=1, module_name=MODEL)
    flags.DEFINE_enum(
        "output",
        "tanh",
        ["tanh", "sigmoid"],
        "Nonlinearity of the decoder's output, and with it the range of the images: [-1, 1] or [0, 1].",
        module_name=MODEL,
    )
    flags.DEFINE_enum(
        "likelihood",
        "gaussian",
        ["gaussian", "bernoulli"],
        "Reconstruction error: half the squared error, or binary cross-entropy, computed on logits (--output sigmoid).",
        module_name=MODEL,
    )
    flags.DEFINE_bool("noise", False, "Add Gaussian noise to the encoder's input in training.", module_name=MODEL)
    flags.DEFINE_float(
        "noise_std", 0.6, "Standard deviation of that noise, on the images' own range.", module_name=MODEL
    )
    flags.DEFINE_float(
        "hidden_noise",
        0.0,
        "Standard deviation of Gaussian noise on every hidden layer of the encoder in training, after batch "
        "normalisation and before the ReLU; 0 for none.",
        lower_bound=0.0,
        module_name=MODEL,
    )
    flags.DEFINE_float("dropout", 1.0, "Keep probability for dropout in encoder and decoder.", module_name=MODEL)
    flags.DEFINE_float("input_dropout", 1.0, "Keep probability for dropout of the input's pixels.", module_name=MODEL)
    flags.DEFINE_enum(
        "batch_norm",
        None,
        ["none", "encoder", "autoencoder"],
        "Batch normalisation after every hidden layer and head of the encoder, or of the encoder and the hidden layers "
        "of the decoder too; never in a discriminator. Default: encoder under --train_clustering and "
        "--train_dimreduction, otherwise none.",
        module_name=MODEL,
    )
    flags.DEFINE_float(
        "init_std",
        None,
        "Standard deviation of normal initial weights, the paper's 0.01. Default: variance scaling.",
        module_name=MODEL,
    )
    for name in ("dropout", "input_dropout"):
        flags.register_validator(name, _is_keep_probability, "expected a keep probability, above 0 and up to 1")
    flags.register_validator(
        "init_std", lambda std: std is None or 0 < std < float("inf"), "expected a finite number above 0"
    )
    flags.register_validator("prior_std", lambda std: 0 < std < float("inf"), "expected a finite number above 0")
    flags.register_validator("noise_std", lambda std: 0 < std < float("inf"), "expected a finite number above 0")
    flags.register_multi_flags_validator(
        ["likelihood", "output"],
        lambda given: given["likelihood"] != "bernoulli" or given["output"] == "sigmoid",
        "--likelihood bernoulli takes images in [0, 1]; add --output sigmoid",
    )


def define_game_flags():
    """What an adversarial game adds."""
    flags.DEFINE_enum(
        "posterior",
        "gaussian",
        ["gaussian", "deterministic", "universal"],
        "What the encoder gives: mean and scale of each code; the code itself; or the code, from the image and noise, "
        "the universal approximator of a posterior.",
        module_name=MODEL,
    )
    flags.DEFINE_integer(
        "posterior_noise",
        10,
        "Dimension of the noise fed to the encoder under --posterior universal.",
        lower_bound=1,
        module_name=MODEL,
    )
    flags.DEFINE_float("disc_dropout", 1.0, "Keep probability for dropout in the discriminators.", module_name=MODEL)
    flags.register_validator("disc_dropout", _is_keep_probability, "expected a keep probability, above 0 and up to 1")
    _define_rate("reg_lr", "of the adversarial games. Default: that of --lr")
    flags.DEFINE_float(
        "reg_momentum", 0.1, "Momentum of the adversarial games under --optimizer sgd.", module_name=TRAINING
    )
    flags.register_validator("reg_momentum", _is_decay, "expected a decay, at least 0 and below 1")
    define_weight("genw", 6.0, "the z generator loss")
    define_weight("disw", 6.0, "the z discriminator loss")


def define_classification_flags():
    """What classification adds."""
    _define_rate(
        "cls_lr",
        "of the classification phase. Default: --lr times --cls_every, so that the labels are not outvoted by the "
        "phases that move the encoder more often",
    )
    flags.DEFINE_integer(
        "cls_every", 10, "Training steps between classification phases.", lower_bound=1, module_name=TRAINING
    )
    define_weight("clsw", 1.0, "the semi-supervised (classification) loss")
    flags.DEFINE_float(
        "label_smoothing",
        0.0,
        "Share of each label, at least 0 and below 1, that the classification phase spreads over all classes.",
        module_name=TRAINING,
    )
    flags.register_validator("label_smoothing", _is_decay, "expected a share, at least 0 and below 1")


def define_class_game_flags():
    """What the game on classes, or clusters, adds."""
    define_weight("ygenw", 6.0, "the y generator loss", "One optimiser serves z and y: their ratio counts.")
    define_weight("ydisw", 6.0, "the y discriminator loss")
    flags.DEFINE_bool(
        "paired",
        False,
        "Play the game on y on two noisy encodings of each image side by side, against one one-hot vector twice, so "
        "that the noise does not change the class.",
        module_name=MODEL,
    )
    flags.DEFINE_float(
        "paired_from",
        0.0,
        "Share of the run after which --paired holds; before, one encoding is shown twice.",
        lower_bound=0.0,
        upper_bound=1.0,
        module_name=MODEL,
    )
    flags.DEFINE_float(
        "adversarial_noise",
        0.0,
        "With --paired: L2 norm, on the images' own range, of a perturbation that the second encoding is given, in the "
        "direction in which the highest probability falls fastest; 0 for another draw of the noise.",
        lower_bound=0.0,
        module_name=MODEL,
    )
    flags.DEFINE_enum(
        "class_shares",
        "uniform",
        ["uniform", "estimated"],
        "Under the prior of y all classes are equally likely, or as likely as the encoder has found them of late, from "
        "--shares_from on.",
        module_name=MODEL,
    )
    flags.DEFINE_float(
        "shares_from",
        0.5,
        "Share of the run after which --class_shares estimated holds; before, all classes are equally likely.",
        lower_bound=0.0,
        upper_bound=1.0,
        module_name=MODEL,
    )
    flags.DEFINE_float(
        "logit_scale",
        None,
        "Standard deviation to which the logits of every class are normalised over the batch, without a learned scale "
        "or shift, so that no class falls out of use; without this flag --batch_norm decides.",
        module_name=MODEL,
    )
    flags.register_validator(
        "logit_scale", lambda scale: scale is None or _is_rate(scale), "expected a finite number above 0"
    )
    flags.register_multi_flags_validator(
        ["paired", "paired_from", "adversarial_noise"],
        lambda given: given["paired"] or not (given["paired_from"] or given["adversarial_noise"]),
        "--paired_from and --adversarial_noise belong to --paired",
    )


def define_cluster_flags():
    """What clusters and their heads add."""
    flags.DEFINE_integer(
        "nclusters",
        None,
        "Number of clusters. Default: 16 under --train_clustering, 20 under --train_dimreduction without --nlabel.",
        lower_bound=2,
        module_name=MODEL,
    )
    flags.DEFINE_float(
        "margin",
        4.0,
        "Distance between two cluster heads from which on they cost nothing, in the units of the codes.",
        lower_bound=0.0,
        module_name=MODEL,
    )
    define_weight("headw", 1.0, "the separation loss of cluster heads")


def define_data_flags():
    """Where images come from."""
    flags.DEFINE_string(
        "data_path",
        None,
        "Folder with MNIST's four IDX files, or another set's, gzip or plain; or with pictures, train/CLASS/*.png and "
        "test/CLASS/*.png, or JPEG. Default: TensorFlow Datasets.",
        module_name=DATA,
    )
    flags.DEFINE_string(
        "dataset",
        "mnist",
        "Set to take from TensorFlow Datasets where --data_path is not given: mnist, fashion_mnist, kmnist, or any "
        "image-classification set of 28 × 28 grey images.",
        module_name=DATA,
    )
    flags.DEFINE_enum(
        "cache",
        "memory",
        ["memory", "disk", "none"],
        "Where decoded training images are kept: in memory; on disk, for sets larger than that, in a file that is "
        "written once and read anew in every epoch; or nowhere, read and decoded from their source in every epoch. "
        "Held-out and labelled images are kept in memory.",
        module_name=DATA,
    )
    flags.DEFINE_integer(
        "nvalid",
        None,
        "Training images held out for validation, on which settings are chosen. Default: 10000 under "
        "--train_semisupervised, --train_clustering and --train_dimreduction, otherwise 0.",
        lower_bound=0,
        module_name=DATA,
    )


def define_training_flags():
    """How a model is trained."""
    flags.DEFINE_float("lr", 2e-4, "Initial learning rate.", module_name=TRAINING)
    flags.DEFINE_list(
        "lr_drops",
        None,
        "Epochs after which the learning rates fall tenfold; empty for none. Default: 100,300; under "
        "--train_semisupervised, --train_clustering and --train_dimreduction 150,200.",
        module_name=TRAINING,
    )
    flags.DEFINE_enum(
        "lr_schedule",
        "steps",
        ["steps", "linear", "cosine"],
        "How the learning rates fall: tenfold after each of --lr_drops, or to 0 in the last part of the run, from "
        "--decay_start on.",
        module_name=TRAINING,
    )
    flags.DEFINE_float(
        "decay_start",
        0.5,
        "Share of the run after which the rates begin to fall under --lr_schedule linear and cosine.",
        lower_bound=0.0,
        module_name=TRAINING,
    )
    flags.register_validator("decay_start", _is_decay, "expected a share, at least 0 and below 1")
    flags.DEFINE_enum(
        "optimizer",
        "adam",
        ["adam", "sgd"],
        "Adam, or stochastic gradient descent with momentum, as in the paper; one for each phase.",
        module_name=TRAINING,
    )
    flags.DEFINE_float("beta1", 0.5, "Decay of Adam's first moment.", module_name=TRAINING)
    flags.DEFINE_float(
        "momentum", 0.9, "Momentum of reconstruction and classification under --optimizer sgd.", module_name=TRAINING
    )
    flags.DEFINE_integer("bsize", 128, "Batch size.", lower_bound=1, module_name=TRAINING)
    flags.DEFINE_integer("maxepoch", 100, "Max number of epochs.", lower_bound=1, module_name=TRAINING)
    flags.DEFINE_float(
        "average",
        0.0,
        "Decay of an exponential moving average of the weights, over training steps, used for evaluation; 0 for none.",
        module_name=TRAINING,
    )
    flags.DEFINE_integer(
        "seed",
        0,
        "Seed of weights, order, noise, samples and, without --label_draw, of which images are held out and labels "
        "kept.",
        lower_bound=0,
        module_name=TRAINING,
    )
    flags.DEFINE_integer(
        "label_draw",
        None,
        "Seed of which images are held out and which labels are kept. Default: that of --seed.",
        lower_bound=0,
        module_name=DATA,
    )
    define_weight("encw", 1.0, "the autoencoder loss")
    flags.register_validator("lr", _is_rate, "expected a finite number above 0")
    for name in ("beta1", "momentum", "average"):
        flags.register_validator(name, _is_decay, "expected a decay, at least 0 and below 1")
    flags.register_validator("lr_drops", _are_rising_epochs, "expected rising epochs, such as 100,300")


def define_speed_flags(updates=True):
    """How the machine is used; ``updates`` for scripts with adversarial models."""
    flags.DEFINE_bool(
        "deterministic",
        False,
        "Refuse what may compute other bits on another day; the same seed gives the same bits on the same machine.",
        module_name=TRAINING,
    )
    flags.DEFINE_enum(
        "precision",
        "auto",
        ["auto", "float32", "bfloat16"],
        "In which precision training computes; weights, losses and evaluation are float32 in any. auto: bfloat16 on "
        "CPUs with AVX-512 or AMX instructions for it, otherwise float32.",
        module_name=TRAINING,
    )
    flags.DEFINE_enum(
        "jit",
        "auto",
        ["auto", "on", "off"],
        "Compile training steps with XLA, where replicas do not share them. auto: on one GPU.",
        module_name=TRAINING,
    )
    if updates:
        flags.DEFINE_enum(
            "update",
            "phases",
            ["phases", "alternating", "joint"],
            "The phases in turn, or all at one point, classification too, in one pass through the autoencoder: less "
            "arithmetic, but --encw, --genw, --ygenw and --clsw must then balance the losses.",
            module_name=TRAINING,
        )


def define_strategy_flag():
    """On what devices and hosts."""
    flags.DEFINE_enum(
        "strategy",
        "auto",
        ["auto", "one", "mirrored", "multiworker"],
        "Train on one device, on all devices of this host, or on all hosts that the environment variable TF_CONFIG "
        "names. auto: multiworker where there is a TF_CONFIG, mirrored where there are several GPUs, otherwise one.",
        module_name=TRAINING,
    )


def define_run_flags():
    """Where a run is written and read, and what is measured."""
    flags.DEFINE_integer(
        "parzen_samples",
        0,
        "Samples of the Parzen-window estimate of the log-likelihood (table 1), at the end of training or with "
        "--evaluate; it needs validation images. 0 for none.",
        lower_bound=0,
        module_name=RUN,
    )
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
    flags.DEFINE_bool(
        "resume",
        False,
        "Go on from the newest sound checkpoint in --save_path, with the flags of that run, to the same bits; begin "
        "where there is none.",
        module_name=RUN,
    )
    flags.DEFINE_integer(
        "plot_every",
        10,
        "Epochs between pictures, and between checkpoints that are kept for good.",
        lower_bound=1,
        module_name=RUN,
    )
    flags.DEFINE_integer("save_every", 5, "Epochs between checkpoints.", lower_bound=1, module_name=RUN)
    flags.DEFINE_float(
        "save_minutes",
        None,
        "Minutes after which a checkpoint is saved in the midst of an epoch too. Default: never.",
        lower_bound=0.0,
        module_name=RUN,
    )
    flags.DEFINE_integer(
        "keep",
        3,
        "Newest checkpoints that are kept, besides those of every --plot_every epochs.",
        lower_bound=1,
        module_name=RUN,
    )


def define_weight(name, default, loss, remark=""):
    """A loss weight: a finite number, 0 or above."""
    help_text = (
        f"Weight of {loss}. With an Adam optimiser for each phase it cancels out of the update, but for Adam's "
        f"epsilon; with SGD it scales the step. {remark}"
    )
    flags.DEFINE_float(name, default, help_text.strip(), module_name=TRAINING)
    flags.register_validator(name, lambda weight: 0 <= weight < float("inf"), "expected a finite number, 0 or above")


def refuse_unread(names, where):
    """Refuses the flags among ``names`` that were given though nothing reads them."""
    from aae.errors import InputError

    for name in given(names):
        raise InputError(f"--{name} is read only {where}; leave it out")


def refuse_unread_schedule():
    """Refuses the settings of the schedule that is not used."""
    if FLAGS.lr_schedule == "steps":
        refuse_unread(["decay_start"], "under --lr_schedule linear and cosine")
    else:
        refuse_unread(["lr_drops"], "under --lr_schedule steps")


def refuse_unread_moments():
    """Refuses the settings of the optimiser that is not used."""
    if FLAGS.optimizer == "sgd":
        refuse_unread(["beta1"], "under --optimizer adam")
    else:
        refuse_unread([name for name in ("momentum", "reg_momentum") if name in FLAGS], "under --optimizer sgd")


def given(names):
    """The flags among ``names`` that the command line or a recipe sets, with their values."""
    return {name: FLAGS[name].value for name in names if FLAGS[name].present}


def recorded_flags():
    """Every flag of the script with its value, for a run's record."""
    by_group = FLAGS.flags_by_module_dict()
    return {flag.name: flag.value for group in GROUPS for flag in by_group.get(group, [])}


def run(main, check=lambda: None, pass_on=False):
    """Parses the flags and calls ``main``; a mistake in what was given ends in one line and exit status 2.

    ``check`` refuses flags that do not go together, before TensorFlow is imported, which takes seconds. With
    ``pass_on``, ``main`` is given a list of what no flag of the script reads; otherwise that is a mistake.
    """
    call = (lambda argv: main(argv[1:])) if pass_on else (lambda argv: main())
    app.run(lambda argv: _call(lambda: call(argv), check), flags_parser=lambda argv: _parse(argv, pass_on))


def differing_flags(recorded, flag_values):
    """Names of the flags that shape what is learnt and differ between two mappings from names to values."""
    free = set(FREE_TO_CHANGE)
    starts = recorded.get("class_shares") == "estimated" or recorded.get("paired_from")
    if starts or recorded.get("lr_schedule", "steps") != "steps":
        # Where something happens after a share of the run, its length matters from the first step on.
        free.remove("maxepoch")
    return [
        name
        for name, value in recorded.items()
        if name not in free and name in flag_values and flag_values[name] != value
    ]


def label_draw():
    """The seed of which images are held out and which labels are kept."""
    return FLAGS.seed if FLAGS.label_draw is None else FLAGS.label_draw


def adopt_recorded_flags():
    """With --resume, gives every flag that was not given the value it has in the run's record."""
    from aae.errors import InputError
    from aae.training.records import read_record

    if "resume" not in FLAGS or not FLAGS.resume:
        return
    if FLAGS.save_path is None:
        raise InputError("--resume goes on with a run: give its --save_path")
    recorded = read_record(FLAGS.save_path).get("flags", {})
    for name in differing_flags(recorded, given(recorded)):
        raise InputError(
            f"--{name} {FLAGS[name].value}: the run in {FLAGS.save_path} has {recorded[name]}; "
            "leave it out to go on with that run, or give another --save_path"
        )
    for name, value in recorded.items():
        if name in FLAGS and not FLAGS[name].present and name not in OF_THE_COMMAND:
            FLAGS[name].value = _recorded(name, value)


def _recorded(name, value):
    """A recorded value of a flag, which somebody may have written by hand."""
    from aae.errors import InputError

    flag = FLAGS[name]
    if value is None and flag.default is None:
        return None
    try:
        return flag.parser.parse(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"the record of the run in {FLAGS.save_path}: --{name} {value}: {error}") from None


def _call(main, check):
    from aae.errors import AAEError
    from aae.training.stopping import TrainingStopped

    try:
        adopt_recorded_flags()
        check()
        _start_tensorflow()
        main()
    except TrainingStopped as stopped:
        folder = FLAGS.save_path or stopped.folder
        print(f"{stopped}; to go on, give the same command again with --resume --save_path {folder}", file=sys.stderr)
        sys.exit(128 + stopped.signal_number)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        sys.exit(130)
    except AAEError as error:
        _fail(error)
    except OSError as error:
        # A file that was already open has no name, as where the disk fills up.
        if error.strerror is None:
            raise
        _fail(error.strerror if error.filename is None else f"{error.filename}: {error.strerror}")


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
            # Strategies tell of every exchange between workers.
            importlib.import_module("tensorflow").get_logger().setLevel("WARNING")
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


def _parse(argv, pass_on):
    if {"--help", "-help", "--helpshort", "-h", "-?"} & set(argv[1:]):
        print(sys.modules["__main__"].__doc__)
        for group in filter(FLAGS.flags_by_module_dict().get, GROUPS):
            print(FLAGS.module_help(group))
        sys.exit(0)
    try:
        surplus = FLAGS(argv, known_only=pass_on)[1:]
    except flags.Error as error:
        _fail(error)
    except UnicodeDecodeError:
        _fail("--flagfile: not a text file: expected one flag a line")
    if surplus and not pass_on:
        _fail(f"{' '.join(surplus)!r}: expected flags only, each with -- before its name")
    return [argv[0], *surplus]


def _fail(message):
    line = " ".join(str(message).split())
    print(f"{os.path.basename(sys.argv[0])}: error: {line}", file=sys.stderr)
    sys.exit(2)


def _define_rate(name, which):
    flags.DEFINE_float(name, None, f"Initial learning rate {which}.", module_name=TRAINING)
    flags.register_validator(name, lambda rate: rate is None or _is_rate(rate), "expected a finite number above 0")


def _is_rate(rate):
    return 0 < rate < float("inf")


def _is_decay(decay):
    return 0 <= decay < 1


def _is_keep_probability(keep):
    return 0 < keep <= 1


def _are_rising_epochs(drops):
    drops = drops or []
    return all(drop.isdigit() and int(drop) > 0 for drop in drops) and sorted(set(drops), key=int) == drops
