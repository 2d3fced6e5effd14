"""Networks, batches and epochs that suit the size of the data."""

import math

UNITS = (64, 512)
BATCH = (16, 100)
# Steps after which small networks have learned what they can, and epochs within which large data sets have.
N_STEPS = 900
EPOCHS = (30, 200)


def hidden_units(n_features):
    """Units of each of two hidden layers: two for each feature, a power of two, within ``UNITS``."""
    fewest, most = UNITS
    return (min(max(2 ** math.ceil(math.log2(2 * n_features)), fewest), most),) * 2


def batch_size(n_samples):
    """Samples in a batch: a tenth of all, within ``BATCH``, so that few samples make several steps an epoch too."""
    fewest, most = BATCH
    return min(max(n_samples // 10, fewest), most, n_samples)


def max_epochs(n_samples, n_in_batch):
    """Epochs that make some ``N_STEPS`` training steps, within ``EPOCHS``."""
    fewest, most = EPOCHS
    return min(max(math.ceil(N_STEPS / max(1, n_samples // n_in_batch)), fewest), most)
