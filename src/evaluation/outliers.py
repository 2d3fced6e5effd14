"""How much of an outlier a sample is: reconstructed badly, or encoded where the prior is thin."""

from dataclasses import dataclass

import numpy as np

# Nats below which a density counts as this one: outside a uniform prior it is 0, and its logarithm not finite.
LOWEST = -100.0


@dataclass(frozen=True)
class OutlierScale:
    """What scores are measured by: the signs of an outlier among training samples.

    Attributes:
        mean: float64 [2], mean reconstruction error, and mean of minus the logarithm of the prior's density.
        std: float64 [2], their standard deviations.
        threshold: Score below which a sample counts as an outlier.
    """

    mean: np.ndarray
    std: np.ndarray
    threshold: float

    @classmethod
    def of(cls, signs, contamination):
        """That of the training samples with ``signs``, of which the share ``contamination`` counts as outliers."""
        # Of samples that are all alike the deviation is 0.
        mean, std = signs.mean(axis=0), np.maximum(signs.std(axis=0), np.finfo(np.float32).tiny)
        return cls(mean, std, float(np.percentile(_scores(signs, mean, std), 100 * contamination)))

    def scores(self, signs):
        """Scores of samples, the lower the more of an outlier.

        Args:
            signs: float64 [n, 2], see ``outlier_signs``.

        Returns:
            float64 [n], minus the sum of both signs, each standardised on the training samples.
        """
        return _scores(signs, self.mean, self.std)


def outlier_signs(errors, log_densities):
    """Signs of an outlier: its reconstruction error, and minus the logarithm of the prior's density at its code.

    Args:
        errors: float [n].
        log_densities: float [n], in nats; those below -100 count as -100.

    Returns:
        float64 [n, 2].
    """
    return np.stack([np.float64(errors), -np.maximum(np.float64(log_densities), LOWEST)], axis=1)


def _scores(signs, mean, std):
    return -((signs - mean) / std).sum(axis=1)
