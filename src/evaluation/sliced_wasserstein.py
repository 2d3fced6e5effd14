"""How well the codes fill the prior: sliced Wasserstein distances, and their ratio to those of the prior itself."""

import keras
import numpy as np

N_DIRECTIONS = 100


def sliced_wasserstein(first, second, seed=0, n_directions=N_DIRECTIONS):
    """Mean 1-Wasserstein distance between two samples seen along random directions (Bonneel et al. 2015).

    Args:
        first: float [n, n_codes].
        second: float [n, n_codes].
        seed: Draws the directions.
        n_directions: Number of directions.

    Returns:
        Float, 0 or above, in the units of the codes.
    """
    directions = np.random.default_rng(seed).normal(size=(first.shape[1], n_directions))
    directions /= np.linalg.norm(directions, axis=0)
    seen = (np.sort(sample @ directions, axis=0) for sample in (first, second))
    return float(np.abs(np.subtract(*seen)).mean())


def sliced_wasserstein_ratio(codes, prior, seed=0, repeats=5):
    """Ratio of the distance of codes from the prior to the distance of the prior's samples from each other.

    Args:
        codes: float [n, n_codes], drawn from the posteriors of n images.
        prior: Anything with ``sample``.
        seed: Draws the samples of the prior and the directions.
        repeats: Pairs of samples averaged over.

    Returns:
        Float: 1 for codes as close to the prior as n of its own samples are, more for worse.
    """
    generator = keras.random.SeedGenerator(seed)
    to_prior, within_prior = [], []
    for repeat in range(repeats):
        one, other = (np.asarray(prior.sample(len(codes), generator)) for _ in range(2))
        to_prior.append(sliced_wasserstein(codes, one, repeat))
        within_prior.append(sliced_wasserstein(one, other, repeat))
    return float(np.mean(to_prior) / np.mean(within_prior))
