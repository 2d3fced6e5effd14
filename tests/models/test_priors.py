import math

import keras
import numpy as np
import pytest
from aae.errors import InputError
from aae.models.priors import Categorical, Gaussian, GaussianMixture, PetalMixture, SwissRoll, Uniform
from aae.models.priors.prior import as_seed_generator
from scipy import integrate, stats

from tests.conftest import slow

N = 40_000
PRIORS = [
    Gaussian(3, 2.0, 4),
    PetalMixture(4, 6, 2.0, 0.3, 0.2),
    GaussianMixture([[0, 0, 1], [3, 1, 0]], [np.eye(3), 2 * np.eye(3)], [1, 3]),
    SwissRoll(2, 5, 1.5, 2.0, 0.2),
    Uniform(3, 1.5, 4),
    Categorical(7),
]


def integral(prior, half_width, step):
    """The prior's density summed over a grid of the plane."""
    ticks = np.arange(-half_width, half_width, step, dtype=np.float32)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    return np.exp(prior.log_prob(plane).numpy().astype(np.float64)).sum() * step**2


@pytest.mark.parametrize(("n_codes", "std"), [(1, 1.0), (2, 5.0), (10, 0.5)])
def test_gaussian_moments(n_codes, std):
    codes = Gaussian(n_codes, std).sample(N, seed=1).numpy()
    assert codes.shape == (N, n_codes)
    assert codes.mean(axis=0) == pytest.approx(np.zeros(n_codes), abs=5 * std / math.sqrt(N))
    assert np.cov(codes.T).reshape(n_codes, n_codes) == pytest.approx(std**2 * np.eye(n_codes), abs=0.04 * std**2)


@pytest.mark.parametrize(("n_codes", "std"), [(1, 2.0), (2, 5.0), (8, 1.0)])
def test_gaussian_log_prob_is_scipys(n_codes, std):
    codes = np.random.default_rng(0).normal(0, 2 * std, (50, n_codes)).astype(np.float32)
    expected = stats.multivariate_normal(np.zeros(n_codes), std**2 * np.eye(n_codes)).logpdf(codes)
    np.testing.assert_allclose(Gaussian(n_codes, std).log_prob(codes), expected, rtol=1e-4)


def test_gaussian_sectors_are_where_the_labels_say_and_together_the_gaussian():
    labels = np.arange(N) % 10
    codes = Gaussian(2, 3.0).sample_conditional(labels, seed=3).numpy()
    angles = np.arctan2(codes[:, 1], codes[:, 0]) - 2 * np.pi * labels / 10
    wrapped = (angles + np.pi) % (2 * np.pi) - np.pi
    assert np.abs(wrapped).max() <= np.pi / 10 + 1e-4
    assert np.cov(codes.T) == pytest.approx(9 * np.eye(2), abs=0.3)
    radii = np.linalg.norm(codes, axis=1) / 3
    assert stats.kstest(radii, "rayleigh").pvalue > 1e-3


def test_gaussian_without_labels_fills_the_plane():
    codes = Gaussian(3).sample_conditional(np.full(N, -1), seed=3).numpy()
    assert np.cov(codes.T) == pytest.approx(np.eye(3), abs=0.04)


@pytest.mark.parametrize("label", range(10))
@pytest.mark.parametrize("n_codes", [2, 4])
def test_mixture_component_lies_on_its_axis(label, n_codes):
    codes = PetalMixture(n_codes).sample_conditional(np.full(4000, label), seed=label).numpy()
    angle = 2 * math.pi * label / 10
    turn_back = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    for pair in range(n_codes // 2):
        own = codes[:, 2 * pair : 2 * pair + 2] @ turn_back
        assert own.mean(axis=0) == pytest.approx([1.4, 0.0], abs=0.04)
        assert own.std(axis=0) == pytest.approx([0.5, 0.1], rel=0.08)
        assert abs(np.corrcoef(own.T)[0, 1]) < 0.08


def test_mixture_without_labels_draws_every_component_alike():
    codes = PetalMixture(2).sample(N, seed=5).numpy()
    far = codes[np.linalg.norm(codes, axis=1) > 1]
    counts = np.bincount(np.rint(np.arctan2(far[:, 1], far[:, 0]) / (2 * np.pi / 10)).astype(int) % 10)
    assert counts / len(far) == pytest.approx(np.full(10, 0.1), abs=0.01)
    assert codes.mean(axis=0) == pytest.approx([0, 0], abs=0.03)
    # E|z|² = 1.4² + 0.5² + 0.1², half of it in each direction of a tenfold symmetry.
    assert np.cov(codes.T) == pytest.approx((1.4**2 + 0.26) / 2 * np.eye(2), abs=0.03)


def test_mixed_labels_reach_their_component_and_the_others_any():
    labels = np.where(np.arange(N) % 2, 3, -1)
    codes = PetalMixture(2).sample_conditional(labels, seed=1).numpy()
    centre = 1.4 * np.array([math.cos(2 * math.pi * 0.3), math.sin(2 * math.pi * 0.3)])
    assert codes[labels == 3].mean(axis=0) == pytest.approx(centre, abs=0.03)
    assert codes[labels == -1].mean(axis=0) == pytest.approx([0, 0], abs=0.05)


def test_pairs_of_a_sample_share_their_component():
    codes = PetalMixture(4).sample(5000, seed=2).numpy()
    far = codes[(np.linalg.norm(codes[:, :2], axis=1) > 1) & (np.linalg.norm(codes[:, 2:], axis=1) > 1)]
    components = [np.rint(np.arctan2(far[:, i + 1], far[:, i]) / (2 * np.pi / 10)).astype(int) % 10 for i in (0, 2)]
    assert np.mean(components[0] == components[1]) > 0.95


def test_mixture_log_prob_is_scipys():
    codes = np.random.default_rng(0).uniform(-3, 3, (200, 2)).astype(np.float32)
    density = 0
    for k in range(10):
        angle = 2 * math.pi * k / 10
        axes = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        covariance = axes.T @ np.diag([0.25, 0.01]) @ axes
        density = density + 0.1 * stats.multivariate_normal(1.4 * axes[0], covariance).pdf(codes)
    np.testing.assert_allclose(PetalMixture(2).log_prob(codes), np.log(density), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "prior",
    [
        Gaussian(2),
        Gaussian(2, 0.3),
        PetalMixture(2),
        PetalMixture(2, 4, 2.0),
        slow(SwissRoll()),
        SwissRoll(turns=1.0, radius=2.0, std=0.3),
        GaussianMixture([[0, 0], [3, 1]], [np.eye(2), [[2, 0.5], [0.5, 0.4]]], [1, 3]),
    ],
)
def test_density_integrates_to_one(prior):
    assert integral(prior, 1.5 * prior.plot_limit, prior.plot_limit / 170) == pytest.approx(1, abs=2e-3)


def test_gaussian_manifold_is_a_grid_seen_from_above():
    (manifold,) = Gaussian(2, 2.0).manifolds(size=5)
    assert manifold.codes.shape == (5, 5, 2)
    assert manifold.codes[0, 0] == pytest.approx([-6, 6])
    assert manifold.codes[-1, -1] == pytest.approx([6, -6])
    assert manifold.codes[2, 3] == pytest.approx([3, 0])


def test_mixture_manifolds_follow_their_components():
    manifolds = PetalMixture(2).manifolds(size=5)
    assert len({manifold.name for manifold in manifolds}) == 10
    for k, manifold in enumerate(manifolds):
        axis = np.array([math.cos(2 * math.pi * k / 10), math.sin(2 * math.pi * k / 10)])
        normal = np.array([-axis[1], axis[0]])
        assert manifold.codes[2] @ axis == pytest.approx(1.4 + np.linspace(-1, 1, 5), abs=1e-5)
        assert manifold.codes[:, 2] @ normal == pytest.approx(np.linspace(0.2, -0.2, 5), abs=1e-5)


def test_one_seed_generator_continues_and_one_seed_repeats():
    prior = PetalMixture(2)
    generator = keras.random.SeedGenerator(7)
    first, second = prior.sample(5, generator).numpy(), prior.sample(5, generator).numpy()
    assert not np.array_equal(first, second)
    assert np.array_equal(prior.sample(5, 7).numpy(), prior.sample(5, 7).numpy())


def test_several_draws_from_one_number_differ():
    generator = as_seed_generator(7)
    first, second = (keras.random.normal([5], seed=generator).numpy() for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(keras.random.normal([5], seed=as_seed_generator(7)), first)
    assert as_seed_generator(generator) is generator


@pytest.mark.parametrize("prior", PRIORS)
def test_config_rebuilds_the_prior(prior):
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(prior))
    assert copy.get_config() == prior.get_config()
    assert np.array_equal(copy.sample(3, 1), prior.sample(3, 1))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: PetalMixture(3), "even number of codes; try 2 or 4"),
        (lambda: PetalMixture(2, 0), "at least 1"),
        (lambda: PetalMixture(2, std_across=0.0), "above 0"),
        (lambda: Gaussian(0), "at least 1"),
        (lambda: Gaussian(2, std=-1.0), "above 0"),
        (lambda: Gaussian(1).sample_conditional([0]), "at least 2"),
        (lambda: Gaussian(3).manifolds(), "use 2 codes"),
        (lambda: PetalMixture(4).manifolds(), "use 2 codes"),
        (lambda: GaussianMixture([[0, 0]], [np.eye(3)]), r"\(1, 2\) and covariances \(1, 3, 3\)"),
        (lambda: GaussianMixture([[0, 0]], [[[1, 2], [2, 1]]]), "positive definite"),
        (lambda: GaussianMixture([[0, 0]], [[[1, 0.5], [0, 1]]]), "symmetric"),
        (lambda: GaussianMixture([[0, 0]], [np.eye(2)], [0]), "expected as many, above 0"),
        (lambda: GaussianMixture([[0, 0]], [np.eye(2)], [1, 1]), "expected as many, above 0"),
        (lambda: SwissRoll(3), "use 2 codes"),
        (lambda: SwissRoll(turns=0), "above 0"),
        (lambda: SwissRoll(std=math.inf), "finite"),
        (lambda: Uniform(0), "at least 1"),
        (lambda: Uniform(2, -1.0), "above 0"),
        (lambda: Uniform(3).manifolds(), "use 2 codes"),
    ],
)
def test_bad_arguments_are_named(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_categorical_samples_are_one_hot_and_equally_likely():
    samples = Categorical(8).sample(40_000, seed=0).numpy()
    assert samples.shape == (40_000, 8)
    assert set(np.unique(samples)) == {0, 1}
    assert (samples.sum(axis=1) == 1).all()
    # A chi-square of 7 degrees of freedom passes 24 in 1 of 1,000.
    counts = samples.sum(axis=0)
    assert ((counts - 5000) ** 2 / 5000).sum() < 24


def test_categorical_prior_of_one_class_is_refused():
    with pytest.raises(InputError, match="at least 2"):
        Categorical(1)


MEANS = np.array([[0.0, 0.0, 1.0], [3.0, 1.0, 0.0], [-2.0, 4.0, 0.5]])
FACTORS = np.random.default_rng(0).normal(size=(3, 3, 3))
COVARIANCES = FACTORS @ FACTORS.swapaxes(1, 2) + 0.1 * np.eye(3)
WEIGHTS = [1.0, 3.0, 6.0]


def test_a_mixture_of_any_place_and_shape_has_scipys_density():
    codes = np.random.default_rng(1).normal(0, 3, (200, 3)).astype(np.float32)
    density = sum(
        weight / 10 * stats.multivariate_normal(mean, covariance).pdf(codes)
        for weight, mean, covariance in zip(WEIGHTS, MEANS, COVARIANCES, strict=True)
    )
    mixture = GaussianMixture(MEANS, COVARIANCES, WEIGHTS)
    np.testing.assert_allclose(mixture.log_prob(codes), np.log(density), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("label", range(3))
def test_a_label_samples_its_component(label):
    codes = GaussianMixture(MEANS, COVARIANCES).sample_conditional(np.full(N, label), seed=label).numpy()
    deviations = np.sqrt(np.diag(COVARIANCES[label]))
    assert (np.abs(codes.mean(axis=0) - MEANS[label]) < 5 * deviations / math.sqrt(N)).all()
    scale = np.outer(deviations, deviations)
    np.testing.assert_allclose(np.cov(codes.T) / scale, COVARIANCES[label] / scale, atol=0.04)


def test_components_are_drawn_by_their_weights():
    far_apart = GaussianMixture([[0.0], [100.0], [200.0]], np.ones((3, 1, 1)), WEIGHTS)
    assert (far_apart.n_codes, far_apart.n_labels) == (1, 3)
    drawn = np.rint(far_apart.sample(N, seed=0).numpy()[:, 0] / 100).astype(int)
    assert np.bincount(drawn) / N == pytest.approx([0.1, 0.3, 0.6], abs=0.015)


def test_its_manifolds_follow_its_longest_axes():
    mixture = GaussianMixture([[1, 0], [0, 5]], [[[4, 0], [0, 0.25]], [[0.01, 0], [0, 9]]])
    first, second = mixture.manifolds(size=5)
    np.testing.assert_allclose(np.abs(np.ptp(first.codes, axis=1)).max(axis=0), [8, 0], atol=1e-5)
    np.testing.assert_allclose(np.ptp(first.codes, axis=0).max(axis=0), [0, 2], atol=1e-5)
    np.testing.assert_allclose(np.ptp(second.codes, axis=1).max(axis=0), [0, 12], atol=1e-5)
    np.testing.assert_allclose(second.codes[2, 2], [0, 5], atol=1e-5)
    assert mixture.plot_limit == pytest.approx(max(1 + 3.5 * 2, 5 + 3.5 * 3))


def test_uniform_slices_are_where_the_labels_say_and_together_the_square():
    labels = np.arange(N) % 4
    codes = Uniform(2, 3.0, n_labels=4).sample_conditional(labels, seed=0).numpy()
    assert np.floor((codes[:, 0] + 3) / 1.5).astype(int).tolist() == labels.tolist()
    for column in codes.T:
        assert stats.kstest(column, stats.uniform(-3, 6).cdf).pvalue > 1e-3
    whole = Uniform(2, 3.0, n_labels=4).sample(N, seed=1).numpy()
    assert stats.kstest(whole[:, 0], stats.uniform(-3, 6).cdf).pvalue > 1e-3


def test_uniform_density_by_hand():
    density = np.exp(Uniform(3, 1.5).log_prob(np.array([[0, 0, 0], [1.4, -1.4, 1], [0, 1.6, 0]])))
    assert density == pytest.approx([1 / 27, 1 / 27, 0])


def test_uniform_manifold_covers_the_square():
    (manifold,) = Uniform(2, 1.5).manifolds(size=3)
    assert manifold.codes[0, 0] == pytest.approx([-1.5, 1.5])
    assert manifold.codes[2, 2] == pytest.approx([1.5, -1.5])


def length_up_to(angle, growth):
    """Arc length of growth (t cos t, t sin t), by quadrature of √(1 + t²)."""
    return growth * integrate.quad(lambda t: math.sqrt(1 + t * t), 0, angle)[0]


TURNS, RADIUS = 2.0, 3.0
END = 2 * math.pi * TURNS
GROWTH = RADIUS / END


def unrolled(codes):
    """Angle of codes that lie on the spiral, of which the radius is growth × angle."""
    return np.linalg.norm(codes, axis=1) / GROWTH


@pytest.mark.parametrize("label", [0, 3, 9])
def test_a_stretch_of_the_roll_is_a_tenth_of_its_length(label):
    roll = SwissRoll(turns=TURNS, radius=RADIUS, std=1e-6)
    codes = roll.sample_conditional(np.full(500, label), seed=label).numpy()
    angles = unrolled(codes)
    on_spiral = GROWTH * angles[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    np.testing.assert_allclose(codes, on_spiral, atol=2e-3)
    whole = length_up_to(END, GROWTH)
    shares = np.array([length_up_to(angle, GROWTH) for angle in angles]) / whole
    assert shares.min() >= label / 10 - 1e-3
    assert shares.max() <= (label + 1) / 10 + 1e-3
    # Evenly along the stretch.
    assert stats.kstest(shares, stats.uniform(label / 10, 0.1).cdf).pvalue > 1e-3
    np.testing.assert_allclose(roll.positions(codes), shares, atol=1e-3)
    assert roll.length == pytest.approx(whole, rel=1e-5)


def test_every_label_in_a_batch_has_its_own_stretch_of_the_roll():
    labels = np.arange(1000) % 10
    codes = SwissRoll(turns=TURNS, radius=RADIUS, std=1e-6).sample_conditional(labels, seed=0).numpy()
    # The arc length up to t in closed form, but for a factor.
    length, whole = (t * np.sqrt(1 + t * t) + np.arcsinh(t) for t in (unrolled(codes), END))
    assert np.abs(10 * length / whole - labels - 0.5).max() < 0.51


def test_the_roll_without_labels_is_even_along_its_whole_length_and_gaussian_across():
    roll = SwissRoll(turns=TURNS, radius=RADIUS, std=0.05)
    codes = roll.sample(4000, seed=0).numpy()
    positions = roll.positions(codes)
    # Away from the middle, where windings are close, and from the ends.
    assert np.histogram(positions, 10, (0, 1))[0] / 4000 == pytest.approx(np.full(10, 0.1), abs=0.03)
    inner = (positions > 0.2) & (positions < 0.98)
    across = np.linalg.norm(codes - roll.points(positions), axis=1)[inner]
    assert np.sqrt((across**2).mean()) == pytest.approx(0.05, rel=0.08)


def test_density_of_the_roll_is_the_integral_along_it():
    roll = SwissRoll(turns=TURNS, radius=RADIUS, std=0.2)
    codes = np.random.default_rng(0).uniform(-3, 3, (12, 2)).astype(np.float32)
    whole = length_up_to(END, GROWTH)

    def kernel(angle, code):
        """Gaussian round a point of the spiral, times how fast the length grows there."""
        point = GROWTH * angle * np.array([math.cos(angle), math.sin(angle)])
        gaussian = math.exp(-((code - point) ** 2).sum() / (2 * 0.2**2)) / (2 * math.pi * 0.2**2)
        return gaussian * GROWTH * math.sqrt(1 + angle * angle) / whole

    precision = {"limit": 1000, "epsabs": 1e-12}
    expected = [integrate.quad(kernel, 0, END, args=(code,), **precision)[0] for code in codes.astype(float)]
    np.testing.assert_allclose(np.exp(roll.log_prob(codes)), expected, rtol=5e-3, atol=1e-8)


def test_far_from_ends_and_other_windings_its_density_is_a_gaussian_across_an_even_line():
    roll = SwissRoll(turns=TURNS, radius=RADIUS, std=0.02)
    on_roll = roll.points([0.5, 0.8])
    across = 1 / (math.sqrt(2 * math.pi) * 0.02)
    np.testing.assert_allclose(np.exp(roll.log_prob(on_roll)), across / roll.length, rtol=1e-2)


def test_the_manifold_walks_along_the_roll_one_row_for_each_label():
    roll = SwissRoll(n_labels=4)
    (manifold,) = roll.manifolds(size=6)
    assert manifold.codes.shape == (4, 6, 2)
    walk = roll.positions(manifold.codes.reshape(-1, 2))
    np.testing.assert_allclose(walk, (np.arange(24) + 0.5) / 24, atol=2e-3)
