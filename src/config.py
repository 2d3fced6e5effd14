"""The settings of a run, as frozen dataclasses of plain values; importable without TensorFlow.

The flags of the scripts are made of them, see ``cli.setting_flags``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .settings import setting, settings


class ModelDefaults(NamedTuple):
    """Defaults of a kind of model.

    Attributes:
        posterior: Name of the posterior.
        batch_norm: Where batch normalisation is used, as in ``ModelConfig``.
        conditional: Whether the discriminator of z is given the class.
        n_clusters: Clusters of a model that finds them, or None.
        n_labels: Images that keep their label, or None for all.
        n_valid: Training images held out for validation; of a small set a sixth.
        drops: Epochs after which the learning rates fall tenfold.
    """

    posterior: str = "gaussian"
    batch_norm: str = "none"
    conditional: bool = False
    n_clusters: int | None = None
    n_labels: int | None = None
    n_valid: int = 0
    drops: tuple[int, ...] = (100, 300)


_WITH_CLASSES = {"n_valid": 10_000, "drops": (150, 200)}
# The one table of what differs from model to model.
DEFAULTS = {
    "aae": ModelDefaults(n_labels=10_000),
    "supervised": ModelDefaults(conditional=True),
    "semisupervised": ModelDefaults(n_labels=1280, **_WITH_CLASSES),
    "clustering": ModelDefaults(batch_norm="encoder", n_clusters=16, **_WITH_CLASSES),
    "dimreduction": ModelDefaults(batch_norm="encoder", n_clusters=20, **_WITH_CLASSES),
    "vae": ModelDefaults(),
    "dae": ModelDefaults(posterior="deterministic"),
    "ae": ModelDefaults(posterior="deterministic"),
}
# Those without an adversarial game.
WITHOUT_GAME = ("vae", "dae", "ae")
# Kinds that have a game on z, whose encoder gives classes beside the code, that learn to classify, that know classes.
WITH_GAME = tuple(kind for kind in DEFAULTS if kind not in WITHOUT_GAME)
TWO_HEADED = ("semisupervised", "clustering", "dimreduction")
CLASSIFYING = ("semisupervised", "dimreduction")
WITH_CLASSES = ("supervised", *TWO_HEADED)


@settings
class ModelConfig:
    """A model: its networks, codes, prior and games.

    What is None takes the value of ``DEFAULTS[kind]``, ``n_clusters`` of an embedding excepted: there None says that
    labels name the classes.
    """

    kind: str = setting("aae", "A key of ``DEFAULTS``.")
    n_codes: int = setting(2, "Dimension of code.", at_least=1)
    prior: str = setting(
        "gaussian",
        "Prior imposed on the codes: Gaussian; gmm, a mixture of 2-D Gaussians set like petals (even ``n_codes`` "
        "only); swiss_roll (``n_codes`` 2 only); or uniform.",
        choices=("gaussian", "gmm", "swiss_roll", "uniform"),
        kinds=WITH_GAME,
    )
    prior_std: float = setting(1.0, "Standard deviation of the Gaussian prior.", at_least=1e-6)
    n_components: int | None = setting(
        None,
        "Number of Gaussians of ``prior`` gmm. Default: 10; with ``sees_labels`` the number of classes.",
        at_least=1,
        kinds=WITH_GAME,
    )
    sees_labels: bool = setting(
        False,
        "Incorporate label information in the adversarial regularisation (figure 3): the discriminator sees the "
        "labels, each of which has its part of the prior.",
        kinds=("aae",),
    )
    n_clusters: int | None = setting(
        None,
        "Number of clusters to find; None where labels name the classes. Default: 16 under ``clustering``; scripts "
        "find 20 under ``dimreduction`` without ``n_labels``.",
        at_least=2,
        kinds=("clustering", "dimreduction"),
    )
    posterior: str | None = setting(
        None,
        "What the encoder gives: mean and scale of each code (gaussian); the code itself (deterministic); or the code, "
        "from the image and noise, the universal approximator of a posterior.",
        choices=("gaussian", "deterministic", "universal"),
        kinds=WITH_GAME,
    )
    posterior_noise: int = setting(
        10,
        "Dimension of the noise fed to the encoder under ``posterior`` universal.",
        at_least=1,
        kinds=WITH_GAME,
    )
    code_noise: float = setting(
        0.0,
        "Standard deviation, in units of the codes, of Gaussian noise on every code drawn from the posterior, in "
        "training and where q(z) is sampled; mean codes have none. The decoder then averages over codes that lie close "
        "together: smoother samples (table 1).",
        at_least=0,
        kinds=WITH_GAME,
    )
    network: str = setting(
        "mlp",
        "Encoder and decoder: the paper's multilayer perceptrons, or strided convolutions as in DCGAN, as many as the "
        "images' size asks for. Discriminators are perceptrons in both.",
        choices=("mlp", "conv"),
    )
    hidden: tuple[int, ...] = setting(
        (1000, 1000), "Units of each hidden layer; under ``network`` conv of those of discriminators."
    )
    filters: int = setting(
        32,
        "Under ``network`` conv: filters of the encoder's first convolution; each other one has twice as many.",
        at_least=1,
    )
    output: str = setting(
        "tanh",
        "Nonlinearity of the decoder's output, and with it the range of the images: tanh [-1, 1] or sigmoid [0, 1].",
        choices=("tanh", "sigmoid"),
    )
    likelihood: str = setting(
        "gaussian",
        "Reconstruction error: half the squared error, or binary cross-entropy, computed on logits (``output`` "
        "sigmoid).",
        choices=("gaussian", "bernoulli"),
    )
    input_noise: float = setting(
        0.0,
        "Standard deviation of Gaussian noise on the encoder's input in training, on the images' own range.",
        at_least=0,
    )
    late_input_noise: float | None = setting(
        None,
        "Standard deviation of the noise on the encoder's input in the last part of a run: strong noise at first, so "
        "that no class is lost, then less, so that fine differences are learned. Default: that of ``input_noise``.",
        at_least=0,
        kinds=WITH_GAME,
    )
    late_noise_from: int = setting(
        0, "Training steps with ``input_noise`` before ``late_input_noise``; 0: it holds throughout.", at_least=0
    )
    hidden_noise: float = setting(
        0.0,
        "Standard deviation of Gaussian noise on every hidden layer of the encoder in training, after batch "
        "normalisation and before the ReLU; 0 for none.",
        at_least=0,
    )
    dropout: float = setting(
        0.0, "Share of hidden units of encoder and decoder dropped in training.", at_least=0, below=1
    )
    input_dropout: float = setting(0.0, "Share of the input's pixels dropped in training.", at_least=0, below=1)
    discriminator_dropout: float = setting(
        0.0, "Share of hidden units of the discriminators dropped in training.", at_least=0, below=1, kinds=WITH_GAME
    )
    batch_norm: str | None = setting(
        None,
        "Batch normalisation after every hidden layer and head of the encoder, or of the encoder and the hidden layers "
        "of the decoder too (autoencoder); never in a discriminator, nor, under ``network`` conv, in the first layer "
        "and the heads. Default: autoencoder under ``network`` conv, encoder under ``clustering`` and "
        "``dimreduction``, otherwise none.",
        choices=("none", "encoder", "autoencoder"),
    )
    init_std: float | None = setting(
        None,
        "Standard deviation of normal initial weights, the paper's 0.01. Default: variance scaling.",
        above=0,
    )
    logit_scale: float | None = setting(
        None,
        "Standard deviation to which the logits of every class are normalised over the batch, without a learned scale "
        "or shift, so that no class falls out of use. Default: ``batch_norm`` decides.",
        above=0,
        kinds=TWO_HEADED,
    )
    conditional: bool | None = setting(
        None,
        "Give the discriminator of z the class too, so that codes of every class fill the whole prior: the label under "
        "``supervised``, softmax(y) where the encoder gives it. Without it, as in the paper, the class stays in the "
        "codes. Default: on under ``supervised``, otherwise off.",
        kinds=WITH_CLASSES,
    )
    stop_class_gradient: bool = setting(
        False,
        "Give softmax(y) no gradient of the reconstruction, which then reaches only the layers that y shares with z.",
        kinds=TWO_HEADED,
    )
    paired: bool = setting(
        False,
        "Play the game on y on two noisy encodings of each image side by side, against one one-hot vector twice, so "
        "that the noise does not change the class.",
        kinds=TWO_HEADED,
    )
    averaged: int = setting(
        0,
        "Neighbours of each image over which, and the image, softmax(y) is averaged before its discriminator sees it, "
        "in place of ``paired``; 0 for none.",
        at_least=0,
        kinds=TWO_HEADED,
    )
    paired_from: int = setting(0, "Training steps that show one encoding twice before.", at_least=0)
    adversarial_noise: float = setting(
        0.0,
        "With ``paired``: L2 norm, on the images' own range, of a perturbation that the second encoding is given, in "
        "the direction in which the highest probability falls fastest; 0 for another draw of the noise.",
        at_least=0,
        kinds=TWO_HEADED,
    )
    class_shares: str | tuple[float, ...] | None = setting(
        None,
        "How likely the classes are under the prior of y: None for equally likely; estimated, as likely as the encoder "
        "has found them recently; or numbers.",
        kinds=TWO_HEADED,
    )
    estimate_from: int = setting(
        0, "Training steps with equally likely classes before ``class_shares`` are estimated.", at_least=0
    )
    margin: float = setting(
        4.0,
        "Distance between two cluster heads from which on they cost nothing, in the units of the codes.",
        at_least=0,
        kinds=("dimreduction",),
    )
    ema_decay: float = setting(
        0.0,
        "Decay of an exponential moving average (EMA) of the weights over training steps, for evaluation; 0 for none.",
        at_least=0,
        below=1,
    )
    seed: int = setting(0, "Seed of noise and samples.", at_least=0)

    def __post_init__(self):
        # A kind that does not exist is refused where the model is built, with those that do.
        defaults = DEFAULTS.get(self.kind, ModelDefaults())
        if self.network == "conv" and self.batch_norm is None:
            object.__setattr__(self, "batch_norm", "autoencoder")
        by_kind = ["posterior", "batch_norm", "conditional"] + (["n_clusters"] if self.kind == "clustering" else [])
        for name in by_kind:
            if getattr(self, name) is None:
                object.__setattr__(self, name, getattr(defaults, name))


@settings
class OptimizerConfig:
    """How a model is trained: optimisers, their rates as they fall, the weights of losses, and the arithmetic."""

    optimizer: str = setting(
        "adam",
        "Adam, or stochastic gradient descent with momentum, as in the paper; one for each phase.",
        choices=("adam", "sgd"),
    )
    learning_rate: float = setting(
        2e-4,
        "Initial learning rate of reconstruction and separation, and of other phases without one of their own.",
        above=0,
    )
    game_learning_rate: float | None = setting(
        None,
        "Initial learning rate of the adversarial games. Default: that of ``learning_rate``.",
        above=0,
        kinds=WITH_GAME,
    )
    class_discriminator_optimizer: str | None = setting(
        None,
        "Optimiser of the y discriminator. Under Adam it may outrun the encoder, and classes that are mixed up at the "
        "start stay so; sgd, with ``game_momentum``, holds it back. Default: that of ``optimizer``.",
        choices=("adam", "sgd"),
        kinds=TWO_HEADED,
    )
    class_discriminator_learning_rate: float | None = setting(
        None,
        "Initial learning rate of the y discriminator. Default: that of the adversarial games.",
        above=0,
        kinds=TWO_HEADED,
    )
    classification_learning_rate: float | None = setting(
        None,
        "Initial learning rate of the classification phase. Default: ``learning_rate`` times ``classify_every``, so "
        "that the labels are not outvoted by the phases that move the encoder more often.",
        above=0,
        kinds=CLASSIFYING,
    )
    beta_1: float = setting(0.5, "Decay of Adam's first moment.", at_least=0, below=1)
    momentum: float = setting(
        0.9, "Momentum of reconstruction, separation and classification under ``optimizer`` sgd.", at_least=0, below=1
    )
    game_momentum: float = setting(
        0.1, "Momentum of the adversarial games under sgd.", at_least=0, below=1, kinds=WITH_GAME
    )
    schedule: str = setting(
        "steps",
        "How the learning rates fall: tenfold after each of ``drops``, or to 0 in the last part of the run, from "
        "``decay_start`` on.",
        choices=("steps", "linear", "cosine"),
    )
    drops: tuple[int, ...] | None = setting(
        None,
        "Epochs after which the learning rates fall tenfold; empty for none. Default: 100,300; under "
        "``semisupervised``, ``clustering`` and ``dimreduction`` 150,200.",
    )
    decay_start: float = setting(
        0.5,
        "Share of the run after which the rates begin to fall under ``schedule`` linear and cosine.",
        at_least=0,
        below=1,
    )
    update: str = setting(
        "alternating",
        "The phases in turn, or all at one point, classification too, in one pass through the autoencoder: less "
        "arithmetic, but the weights of the losses must then balance them.",
        choices=("alternating", "joint"),
        aliases={"phases": "alternating"},
        kinds=WITH_GAME,
    )
    classify_every: int = setting(10, "Training steps between classification phases.", at_least=1, kinds=CLASSIFYING)
    label_smoothing: float = setting(
        0.0,
        "Share of each label, at least 0 and below 1, that the classification phase spreads over all classes.",
        at_least=0,
        below=1,
        kinds=CLASSIFYING,
    )
    loss_weights: Mapping[str, float] = setting(
        dict, "Mapping from names of losses to weights; the model's own for those it does not name."
    )
    precision: str = setting(
        "auto",
        "In which precision training computes; weights, losses and evaluation are float32 in any. auto: bfloat16 on "
        "CPUs with AVX-512 or AMX instructions for it, otherwise float32.",
        choices=("auto", "float32", "bfloat16"),
    )
    jit_compile: bool | None = setting(
        None, "Whether XLA compiles training steps, where replicas do not share them. Default: on one GPU."
    )


@settings
class DataConfig:
    """Images, and which of them training may see with their label."""

    path: str | None = setting(
        None,
        "Folder with MNIST's four IDX files, or another set's, gzip or plain; or with pictures, PNG, JPEG, GIF or BMP: "
        "train/CLASS/*.png and test/CLASS/*.png, or CLASS/*.png, of which a sixth becomes test images, or without "
        "classes *.png. Or a table of feature vectors, a .csv, .npy, .npz or .parquet file, or a folder with one "
        "called train and one called test. Default: TensorFlow Datasets.",
    )
    dataset: str = setting(
        "mnist",
        "Set to take from TensorFlow Datasets where no ``path`` is given: mnist, fashion_mnist, kmnist, or any "
        "image-classification set of 28 × 28 grey images.",
    )
    label_column: str | None = setting(
        None,
        "Of a table the column of the labels: its name, its index, counted from 0, or none for a table without labels. "
        "Default: the last column, or the array y of an .npz file.",
    )
    cache: str = setting(
        "memory",
        "Where decoded training images are kept: in memory; on disk, for sets larger than that, in a file that is "
        "written once and read again in every epoch; or nowhere, read and decoded from their source in every epoch. "
        "Held-out and labelled images are kept in memory.",
        choices=("memory", "disk", "none"),
    )
    image_size: int | None = setting(
        None,
        "Pictures: scale the shorter side to so many pixels and keep the middle of the longer one. Default: as they "
        "are, all of one size.",
        at_least=1,
        at_most=1024,
    )
    colour: str = setting(
        "auto",
        "Pictures: convert all to grey or to colour; auto takes them as they are, all as the first one.",
        choices=("auto", "grey", "rgb"),
    )
    skip_damaged: bool = setting(
        False,
        "Pictures: leave those out that cannot be read, with a notice that names them. All are read once for that "
        "before anything else.",
    )
    n_valid: int | None = setting(
        None,
        "Training images held out for validation, on which settings are chosen. Default: 10000 under "
        "``semisupervised``, ``clustering`` and ``dimreduction``, otherwise 0.",
        at_least=0,
    )
    n_labels: int | str | None = setting(
        None,
        "Images that keep their label, equally many of every class, or all. Default: 10000 with ``sees_labels``, 1280 "
        "under ``semisupervised``, all under ``supervised``, none under ``dimreduction``.",
        at_least=1,
    )
    draw: int = setting(0, "Seed of which images are held out and which labels are kept.", at_least=0)
    n_neighbours: int = setting(
        0,
        "With ``paired``: the second encoding is that of a neighbour, one of the N nearest images (Euclidean distance) "
        "that has it among its N nearest, so that the game brings neighbours into one class; 0 for the same image. "
        "With ``averaged``: of these neighbours that many.",
        at_least=0,
        kinds=TWO_HEADED,
    )

    @property
    def source(self):
        """Where images come from, as ``data.load_split`` takes it, by the names of its arguments."""
        names = "dataset", "cache", "image_size", "colour", "skip_damaged", "label_column"
        return {"data_path": self.path} | {name: getattr(self, name) for name in names}


@settings
class RunConfig:
    """One run: its length, its seed, where it is written, and what is saved when."""

    path: str | None = setting(
        None,
        "Folder of the run. Default: for training a new one, runs/<experiment>-<time>; otherwise the newest there.",
    )
    resume: bool | None = setting(
        None,
        "Resume from the newest valid checkpoint in ``path``, with the flags of that run, to the same bits; begin "
        "where there is none.",
    )
    epochs: int = setting(100, "Max number of epochs.", at_least=1)
    batch_size: int = setting(128, "Batch size.", at_least=1)
    seed: int = setting(
        0,
        "Seed of weights and of the order of the images.",
        at_least=0,
    )
    paired_after: float | None = setting(
        None,
        "Share of the run after which ``paired`` holds; before, one encoding is shown twice. None for the model's own.",
        at_least=0,
        at_most=1,
        kinds=TWO_HEADED,
    )
    estimate_after: float | None = setting(
        None,
        "Share of the run after which ``class_shares`` estimated holds; before, all classes are equally likely. None "
        "for the model's own.",
        at_least=0,
        at_most=1,
        kinds=TWO_HEADED,
    )
    late_noise_after: float | None = setting(
        None,
        "Share of the run after which the noise of ``late_input_noise`` holds. None for the model's own.",
        at_least=0,
        at_most=1,
        kinds=WITH_GAME,
    )
    deterministic: bool = setting(
        False,
        "Refuse what may compute other bits on another day; the same seed gives the same bits on the same machine.",
    )
    strategy: str = setting(
        "auto",
        "Train on one device, on all devices of this host, or on all hosts that the environment variable TF_CONFIG "
        "names. auto: multiworker where there is a TF_CONFIG, mirrored where there are several GPUs, otherwise one.",
        choices=("auto", "one", "mirrored", "multiworker"),
    )
    plot_every: int = setting(
        10, "Epochs between pictures, and between checkpoints that are kept for good.", at_least=1
    )
    save_every: int = setting(5, "Epochs between checkpoints.", at_least=1)
    save_minutes: float | None = setting(
        None, "Minutes after which a checkpoint is saved in the middle of an epoch too. Default: never.", at_least=0
    )
    keep: int = setting(
        3, "Newest checkpoints that are kept, besides those of every ``plot_every`` epochs.", at_least=1
    )
    parzen_samples: int = setting(
        0,
        "Samples of the Parzen-window estimate of the log-likelihood (table 1), at the end of training or of a trained "
        "model; it needs validation images. 0 for none.",
        at_least=0,
    )
    command: str = setting("", "The command of the run, for its record.")
    flags: Mapping[str, object] = setting(dict, "Its flags, a mapping from names to values, for its record.")

    def steps_per_epoch(self, n_images):
        """Training steps in an epoch of ``n_images``, at least 1."""
        return max(1, n_images // self.batch_size)


@dataclass(frozen=True)
class Config:
    """A whole training run."""

    model: ModelConfig = field(default_factory=ModelConfig)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    data: DataConfig = field(default_factory=DataConfig)
    run: RunConfig = field(default_factory=RunConfig)

    def __post_init__(self):
        if self.optimizer.drops is None:
            drops = DEFAULTS.get(self.model.kind, ModelDefaults()).drops
            object.__setattr__(self, "optimizer", replace(self.optimizer, drops=drops))

    def model_for(self, n_images):
        """The ``ModelConfig`` with what begins after a share of a run on ``n_images`` given in training steps."""
        n_steps = self.run.epochs * self.run.steps_per_epoch(n_images)
        shares = {
            "paired_from": self.run.paired_after,
            "estimate_from": self.run.estimate_after,
            "late_noise_from": self.run.late_noise_after,
        }
        starts = {name: round(share * n_steps) for name, share in shares.items() if share is not None}
        return replace(self.model, **starts)


@dataclass(frozen=True)
class TrainedConfig:
    """A trained model to look at.

    Attributes:
        experiment: Mapping from settings that its record must agree with to their value, or to a tuple of values.
        path: Folder of its run, or None for the newest that agrees.
        epoch: Epoch whose checkpoint is loaded, or None for the newest.
        pretrained: Name of a model that comes with the package, "" for the first that agrees; None for one of a run.
        seed: Seed of what is drawn.
        parzen_samples: Samples of the Parzen-window estimate; 0 for none.
        source: Where images come from, if not from where the record says; see ``data.load_split``.
    """

    experiment: Mapping[str, object]
    path: str | None = None
    epoch: int | None = None
    pretrained: str | None = None
    seed: int = 0
    parzen_samples: int = 0
    source: Mapping[str, object] = field(default_factory=dict)
