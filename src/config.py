"""The settings of a run, as frozen dataclasses of plain values; importable without TensorFlow."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple


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


@dataclass(frozen=True)
class ModelConfig:
    """A model: its networks, codes, prior and games.

    What is None takes the value of ``DEFAULTS[kind]``, ``n_clusters`` of an embedding excepted: there None says that
    labels name the classes.

    Attributes:
        kind: A key of ``DEFAULTS``.
        n_codes: Number of codes, at least 1.
        prior: "gaussian", "gmm" (a mixture set like petals; an even number of codes), "swiss_roll" (two codes) or
            "uniform".
        prior_std: Standard deviation of the Gaussian prior, above 0.
        n_components: Gaussians of the mixture; None for 10, or one for each class where ``sees_labels``.
        sees_labels: For "aae": whether the discriminator sees the labels, each of which has its part of the prior.
        n_clusters: Clusters to find, at least 2; None where labels name the classes.
        posterior: "gaussian", "deterministic" or "universal".
        posterior_noise: Dimension of the noise that the universal posterior is given.
        network: What encoder and decoder are: "mlp", multilayer perceptrons, or "conv", convolutional networks.
        hidden: Units of each hidden layer; with "conv" of those of the discriminators.
        filters: With "conv": outputs of the encoder's first convolution; each other one has twice as many.
        output: Activation of the decoder, and with it the range of images: "tanh" [-1, 1] or "sigmoid" [0, 1].
        likelihood: "gaussian", or "bernoulli" for images in [0, 1].
        input_noise: Standard deviation of noise on the encoder's input in training, on the images' own range.
        hidden_noise: Standard deviation of noise on the encoder's hidden layers in training.
        dropout: Share of hidden units of encoder and decoder dropped in training, in [0, 1).
        input_dropout: Share of pixels dropped.
        discriminator_dropout: Share of hidden units of the discriminators dropped.
        batch_norm: "none", "encoder", or "autoencoder" for the decoder too, the default with "conv".
        init_std: Standard deviation of normal initial weights; None for variance scaling.
        logit_scale: Standard deviation to which the logits of every class are normalised, or None.
        conditional: Whether the discriminator of z is given the class too.
        paired: Whether the game on y is played on two noisy encodings side by side.
        paired_from: Training steps that show one encoding twice before.
        adversarial_noise: L2 norm of the perturbation of the second encoding's image; 0 for another draw of noise.
        class_shares: How likely the classes are under the prior of y: None for equally, "estimated", or numbers.
        estimate_from: With "estimated", training steps with equally likely classes before.
        margin: Distance between two cluster heads from which on they cost nothing.
        ema_decay: Decay of the exponential moving average (EMA) of the weights, in [0, 1); 0 for none.
        seed: Seed of noise and samples.
    """

    kind: str = "aae"
    n_codes: int = 2
    prior: str = "gaussian"
    prior_std: float = 1.0
    n_components: int | None = None
    sees_labels: bool = False
    n_clusters: int | None = None
    posterior: str | None = None
    posterior_noise: int = 10
    network: str = "mlp"
    hidden: tuple[int, ...] = (1000, 1000)
    filters: int = 32
    output: str = "tanh"
    likelihood: str = "gaussian"
    input_noise: float = 0.0
    hidden_noise: float = 0.0
    dropout: float = 0.0
    input_dropout: float = 0.0
    discriminator_dropout: float = 0.0
    batch_norm: str | None = None
    init_std: float | None = None
    logit_scale: float | None = None
    conditional: bool | None = None
    paired: bool = False
    paired_from: int = 0
    adversarial_noise: float = 0.0
    class_shares: str | tuple[float, ...] | None = None
    estimate_from: int = 0
    margin: float = 4.0
    ema_decay: float = 0.0
    seed: int = 0

    def __post_init__(self):
        # A kind that does not exist is refused where the model is built, with those that do.
        defaults = DEFAULTS.get(self.kind, ModelDefaults())
        if self.network == "conv" and self.batch_norm is None:
            object.__setattr__(self, "batch_norm", "autoencoder")
        by_kind = ["posterior", "batch_norm", "conditional"] + (["n_clusters"] if self.kind == "clustering" else [])
        for name in by_kind:
            if getattr(self, name) is None:
                object.__setattr__(self, name, getattr(defaults, name))


@dataclass(frozen=True)
class OptimizerConfig:
    """How a model is trained: optimisers, their rates as they fall, the weights of losses, and the arithmetic.

    Attributes:
        optimizer: "adam" or "sgd".
        learning_rate: Of reconstruction and separation at the start, above 0.
        game_learning_rate: Of the adversarial games; None for ``learning_rate``.
        classification_learning_rate: Of the classification phase; None for ``learning_rate * classify_every``, so that
            the labels are not outvoted by the phases that move the encoder more often.
        beta_1: Decay of Adam's first moment.
        momentum: Of reconstruction, separation and classification under SGD.
        game_momentum: Of the adversarial games under SGD.
        schedule: How the rates fall: "steps", tenfold after each of ``drops``; "linear" or "cosine", to 0.
        drops: Rising numbers of epochs; None for those of ``DEFAULTS`` for the kind of model, which a ``Config`` knows.
        decay_start: Share of the run, at least 0 and below 1, after which a linear or cosine rate falls.
        update: "alternating" or "joint", for models with a game.
        classify_every: Training steps between classification phases, at least 1.
        label_smoothing: Share of each label that is spread over all classes, in [0, 1).
        loss_weights: Mapping from names of losses to weights; the model's own for those it does not name.
        precision: "float32", "bfloat16", or "auto" for what this machine computes fastest with.
        jit_compile: Whether XLA compiles the steps; None for where it makes them faster.
    """

    optimizer: str = "adam"
    learning_rate: float = 2e-4
    game_learning_rate: float | None = None
    classification_learning_rate: float | None = None
    beta_1: float = 0.5
    momentum: float = 0.9
    game_momentum: float = 0.1
    schedule: str = "steps"
    drops: tuple[int, ...] | None = None
    decay_start: float = 0.5
    update: str = "alternating"
    classify_every: int = 10
    label_smoothing: float = 0.0
    loss_weights: Mapping[str, float] = field(default_factory=dict)
    precision: str = "auto"
    jit_compile: bool | None = None


@dataclass(frozen=True)
class DataConfig:
    """Images, and which of them training may see with their label.

    Attributes:
        path: Folder with IDX files or pictures, or a table, or None for TensorFlow Datasets.
        dataset: Name in TensorFlow Datasets.
        label_column: Of a table the name or index of the column of labels, "none" for no labels; None for the last.
        cache: Where decoded training images are kept: "memory", "disk" or "none".
        image_size: Height and width to scale and crop pictures to; None where all have one size.
        colour: "grey" or "rgb" to convert pictures, "auto" where all are as the first one is.
        skip_damaged: Whether pictures that cannot be read are left out.
        n_valid: Training images held out for validation; None for the default of the model.
        n_labels: Images that keep their label, "all", or None for the default of the model.
        draw: Seed of which images are held out and which labels are kept.
        n_neighbours: For a model with ``paired``: how many nearest images count for the pairs of neighbours that its
            game on y is played on, see ``data.neighbours``; 0 for two encodings of the same image.
    """

    path: str | None = None
    dataset: str = "mnist"
    label_column: str | None = None
    cache: str = "memory"
    image_size: int | None = None
    colour: str = "auto"
    skip_damaged: bool = False
    n_valid: int | None = None
    n_labels: int | str | None = None
    draw: int = 0
    n_neighbours: int = 0

    @property
    def source(self):
        """Where images come from, as ``data.load_split`` takes it, by the names of its arguments."""
        names = "dataset", "cache", "image_size", "colour", "skip_damaged", "label_column"
        return {"data_path": self.path} | {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class RunConfig:
    """One run: its length, its seed, where it is written, and what is saved when.

    Attributes:
        path: Folder of the run, or None for a new one under ``runs``.
        resume: Whether to resume from the newest valid checkpoint there; None if that was not said.
        epochs: Number of epochs.
        batch_size: Images in a batch.
        seed: Seed of weights and of the order of the images.
        paired_after: Share of the run, in [0, 1], after which the game on y is played on pairs; None leaves it to the
            model's ``paired_from``.
        estimate_after: Share of the run after which the shares of the classes are estimated; None leaves it to the
            model's ``estimate_from``.
        deterministic: Whether operations that may compute other bits on another day are refused.
        strategy: "auto", "one", "mirrored" or "multiworker".
        plot_every: Epochs between pictures, and between checkpoints kept for good.
        save_every: Epochs between checkpoints.
        save_minutes: Minutes after which a checkpoint is saved in the middle of an epoch too, or None.
        keep: Newest checkpoints that are kept.
        parzen_samples: Samples of the Parzen-window estimate; 0 for none.
        command: The command of the run, for its record.
        flags: Its flags, a mapping from names to values, for its record.
    """

    path: str | None = None
    resume: bool | None = None
    epochs: int = 100
    batch_size: int = 128
    seed: int = 0
    paired_after: float | None = None
    estimate_after: float | None = None
    deterministic: bool = False
    strategy: str = "auto"
    plot_every: int = 10
    save_every: int = 5
    save_minutes: float | None = None
    keep: int = 3
    parzen_samples: int = 0
    command: str = ""
    flags: Mapping[str, object] = field(default_factory=dict)

    def steps_per_epoch(self, n_images):
        """Training steps in an epoch of ``n_images``, at least 1."""
        return max(1, n_images // self.batch_size)


@dataclass(frozen=True)
class Config:
    """A whole training run."""

    model: ModelConfig = ModelConfig()
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    data: DataConfig = DataConfig()
    run: RunConfig = field(default_factory=RunConfig)

    def __post_init__(self):
        if self.optimizer.drops is None:
            drops = DEFAULTS.get(self.model.kind, ModelDefaults()).drops
            object.__setattr__(self, "optimizer", replace(self.optimizer, drops=drops))

    def model_for(self, n_images):
        """The ``ModelConfig`` with what begins after a share of a run on ``n_images`` given in training steps."""
        n_steps = self.run.epochs * self.run.steps_per_epoch(n_images)
        shares = {"paired_from": self.run.paired_after, "estimate_from": self.run.estimate_after}
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
