"""From flags to compiled models."""

from aae.models import (
    AAE,
    VAE,
    Autoencoder,
    ClusteringAAE,
    DimensionalityReductionAAE,
    SemiSupervisedAAE,
    SupervisedAAE,
    heads,
    networks,
)
from aae.models.optimizers import SGD, Adam
from aae.models.posteriors import get as get_posterior
from aae.models.schedules import falling_rate, stepwise_rate
from aae.training.hardware import fastest_jit, fastest_precision
from command_line import FLAGS

# Which flag weighs which loss.
WEIGHTS = {
    "reconstruction": "encw",
    "discriminator": "disw",
    "generator": "genw",
    "class_discriminator": "ydisw",
    "class_generator": "ygenw",
    "classification": "clsw",
    "separation": "headw",
}
LR_DROPS = dict.fromkeys(("semisupervised", "clustering", "dimreduction"), (150, 200))
DEFAULT_LR_DROPS = (100, 300)


def autoencoder(split, prior, input_noise):
    """A plain autoencoder, or with noise on its input a denoising one; its codes are normalised."""
    encoder = _encoder(split, prior.n_codes, normalised=True)
    model = Autoencoder(encoder, _decoder(split, prior.n_codes), prior, **_settings(input_noise))
    return _compile(model, split, "ae")


def vae(split, prior):
    """A variational autoencoder."""
    model = VAE(_encoder(split, 2 * prior.n_codes), _decoder(split, prior.n_codes), prior, **_settings())
    return _compile(model, split, "vae")


def aae(split, prior, n_classes=None):
    """The AAE of figures 1 to 4; with ``n_classes`` its discriminator sees labels."""
    n_seen = prior.n_codes if n_classes is None else prior.n_codes + n_classes + 1
    parts = _encoder(split, _n_outputs(prior)), _decoder(split, prior.n_codes), _discriminator(n_seen)
    model = AAE(*parts, prior, posterior=FLAGS.posterior, n_classes=n_classes, **_settings())
    return _compile(model, split, "aae")


def supervised(split, prior):
    """The AAE of figure 6, whose decoder is given the label."""
    conditional = FLAGS.conditional is not False
    parts = (
        _encoder(split, _n_outputs(prior)),
        _decoder(split, prior.n_codes + split.n_classes),
        _discriminator(prior.n_codes + (split.n_classes + 1 if conditional else 0)),
    )
    model = SupervisedAAE(
        *parts, prior, split.n_classes, posterior=FLAGS.posterior, conditional=conditional, **_settings()
    )
    return _compile(model, split, "supervised")


def semisupervised(split, prior):
    """The AAE of figure 8, which classifies."""
    kind = "semisupervised"
    parts = _two_headed(split, prior, split.n_classes, prior.n_codes + split.n_classes)
    model = SemiSupervisedAAE(*parts, prior, split.n_classes, **_two_headed_settings(split))
    return _compile(model, split, kind)


def clustering(split, prior, n_clusters):
    """The AAE of figure 9, which clusters."""
    kind = "clustering"
    parts = _two_headed(split, prior, n_clusters, prior.n_codes + n_clusters, batch_norm="encoder")
    model = ClusteringAAE(*parts, prior, n_clusters, **_two_headed_settings(split))
    return _compile(model, split, kind)


def dimreduction(split, prior, n_clusters=None):
    """The AAE of figure 10, which embeds: into classes that labels name, or into ``n_clusters``."""
    kind = "dimreduction"
    n_classes = n_clusters or split.n_classes
    parts = (
        *_two_headed(split, prior, n_classes, prior.n_codes, batch_norm="encoder"),
        heads.cluster_heads(n_classes, prior.n_codes, FLAGS.margin),
    )
    model = DimensionalityReductionAAE(
        *parts,
        prior,
        n_classes,
        margin=FLAGS.margin,
        classes_are_labels=n_clusters is None,
        **_two_headed_settings(split),
    )
    return _compile(model, split, kind)


def _two_headed(split, prior, n_classes, n_decoded, batch_norm="none"):
    """Encoder with heads for z and y, decoder of ``n_decoded`` inputs, and the discriminators of both games."""
    return (
        _encoder(split, _n_outputs(prior), batch_norm, n_classes=n_classes, logit_scale=FLAGS.logit_scale),
        _decoder(split, n_decoded),
        _discriminator(prior.n_codes + (n_classes if FLAGS.conditional else 0)),
        _discriminator(n_classes * (2 if FLAGS.paired else 1), "class_discriminator"),
    )


def _two_headed_settings(split):
    """Settings of the models whose encoder gives classes too."""
    return _settings() | {
        "posterior": FLAGS.posterior,
        "conditional": bool(FLAGS.conditional),
        "paired": FLAGS.paired,
        "paired_from": round(FLAGS.paired_from * FLAGS.maxepoch * _steps(split)),
        "adversarial_noise": FLAGS.adversarial_noise,
        "class_shares": None if FLAGS.class_shares == "uniform" else FLAGS.class_shares,
        "estimate_from": round(FLAGS.shares_from * FLAGS.maxepoch * _steps(split)),
    }


def _settings(input_noise=None):
    if input_noise is None:
        input_noise = FLAGS.noise_std if FLAGS.noise else 0.0
    return {
        "likelihood": FLAGS.likelihood,
        "image_range": (-1.0, 1.0) if FLAGS.output == "tanh" else (0.0, 1.0),
        "input_noise": input_noise,
        "average": FLAGS.average,
        "seed": FLAGS.seed,
    }


def _n_outputs(prior):
    return get_posterior(FLAGS.posterior).n_outputs(prior.n_codes)


def _encoder(split, n_outputs, batch_norm="none", **more):
    """An encoder; ``batch_norm`` is what holds where --batch_norm is not given."""
    return networks.mlp_encoder(
        split.image_shape,
        n_outputs,
        _hidden(),
        1 - FLAGS.dropout,
        batch_norm=(FLAGS.batch_norm or batch_norm) != "none",
        input_dropout=1 - FLAGS.input_dropout,
        hidden_noise=FLAGS.hidden_noise,
        n_noise=FLAGS.posterior_noise if "posterior" in FLAGS and FLAGS.posterior == "universal" else 0,
        init_std=FLAGS.init_std,
        **more,
    )


def _decoder(split, n_inputs):
    # The Bernoulli likelihood takes logits: the model itself applies the sigmoid.
    output = "linear" if FLAGS.likelihood == "bernoulli" else FLAGS.output
    batch_norm = FLAGS.batch_norm == "autoencoder"
    return networks.mlp_decoder(
        n_inputs, split.image_shape, _hidden(), 1 - FLAGS.dropout, output, batch_norm, FLAGS.init_std
    )


def _discriminator(n_inputs, name="discriminator"):
    return networks.mlp_discriminator(n_inputs, _hidden(), 1 - FLAGS.disc_dropout, name, FLAGS.init_std)


def _hidden():
    return FLAGS.nhidden, FLAGS.nhidden


def _compile(model, split, kind):
    """``model`` with the optimizers and weights that the flags give to its phases and losses."""
    ways = {"update": FLAGS.update} if "update" in model.compile_settings else {}
    if model.learns_to_classify:
        ways |= {"classify_every": FLAGS.cls_every, "label_smoothing": FLAGS.label_smoothing}
    phases = model.phases_under(ways.get("update"))
    model.compile(
        {phase.name: _phase_optimizer(phase.name, split, kind) for phase in phases},
        {name: getattr(FLAGS, WEIGHTS[name]) for name in model.losses_weighted},
        precision=fastest_precision() if FLAGS.precision == "auto" else FLAGS.precision,
        jit_compile=fastest_jit() if FLAGS.jit == "auto" else FLAGS.jit == "on",
        **ways,
    )
    return model


def _phase_optimizer(name, split, kind):
    if name == "classification":
        return _classification_optimizer(split, kind)
    if name in ("reconstruction", "separation"):
        return _optimizer(_rate(FLAGS.lr, split, kind), FLAGS.momentum)
    return _optimizer(_rate(FLAGS.reg_lr or FLAGS.lr, split, kind), FLAGS.reg_momentum)


def _classification_optimizer(split, kind):
    """Under Adam, AMSGrad with a short memory, for steps that are few and whose gradients all but vanish.

    Once the labels are learnt Adam forgets how large the gradients were, and blows a later one up into a step that
    undoes the training; AMSGrad remembers. The largest come in the first dozens of steps, too few for the usual beta_2.
    """
    rate = _rate(FLAGS.cls_lr or FLAGS.lr * FLAGS.cls_every, split, kind, FLAGS.cls_every)
    if FLAGS.optimizer == "sgd":
        return _optimizer(rate, FLAGS.momentum)
    return Adam(rate, beta_1=FLAGS.beta1, beta_2=0.99, amsgrad=True)


def _optimizer(rate, momentum):
    if FLAGS.optimizer == "sgd":
        return SGD(rate, momentum)
    return Adam(rate, beta_1=FLAGS.beta1)


def _rate(rate, split, kind, every=1):
    """The rate as it falls, for an optimiser that moves at every ``every``-th step."""
    steps = _steps(split) / every
    if FLAGS.lr_schedule != "steps":
        return falling_rate(rate, FLAGS.lr_schedule, FLAGS.maxepoch, FLAGS.decay_start, steps)
    drops = LR_DROPS.get(kind, DEFAULT_LR_DROPS) if FLAGS.lr_drops is None else map(int, FLAGS.lr_drops)
    return stepwise_rate(rate, list(drops), steps)


def _steps(split):
    """Steps in an epoch."""
    return max(1, len(split) // FLAGS.bsize)
