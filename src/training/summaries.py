"""What TensorBoard shows of a run."""

import keras
import tensorflow as tf

from ..visualization.image_grid import tile

N_SAMPLES = 16


class ScalarSummaries(keras.callbacks.Callback):
    """Writes every figure of an epoch's logs: losses of each phase, accuracy of the discriminator, learning rate.

    Args:
        writer: ``tf.summary.SummaryWriter``.
    """

    def __init__(self, writer):
        super().__init__()
        self.writer = writer

    def on_epoch_end(self, epoch, logs=None):
        """Writes the logs of the epoch."""
        with self.writer.as_default(step=epoch + 1):
            for name, value in logs.items():
                tf.summary.scalar(name, value)
        self.writer.flush()


def snapshot_summaries(writer):
    """A function that writes a ``Snapshot`` to TensorBoard: histograms of codes and prior, and images.

    Args:
        writer: ``tf.summary.SummaryWriter``.
    """

    def write(snapshot):
        with writer.as_default(step=snapshot.epoch):
            tf.summary.histogram("z/encoded", snapshot.posterior_codes)
            tf.summary.histogram("z/prior", snapshot.prior_codes)
            images = {
                "input": snapshot.inputs,
                "reconstruction": snapshot.reconstructions,
                "sample": snapshot.samples[:N_SAMPLES],
            }
            for name, batch in images.items():
                tf.summary.image(name, batch, max_outputs=len(batch))
            if snapshot.styles is not None:
                rows, columns = snapshot.styles.shape[:2]
                sheet = tile(snapshot.styles.reshape(-1, *snapshot.inputs.shape[1:]), rows, columns)
                tf.summary.image("style", sheet.reshape(1, *sheet.shape[:2], -1))
        writer.flush()

    return write
