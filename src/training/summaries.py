"""What TensorBoard shows of a run."""

import contextlib

import keras
import tensorflow as tf

from ..data.pipeline import to_uint8
from ..safe_files import atomic_write
from ..visualization.image_grid import tile
from .scalar_layout import layout_summary

N_SAMPLES = 16


def summary_writer(folder, epoch=0):
    """A writer to TensorBoard's log, from which all that was written after ``epoch`` is dropped.

    Args:
        folder: Folder of the log.
        epoch: Epochs of the checkpoint from which training resumes.
    """
    for path in folder.glob("events.out.tfevents.*"):
        records = list(_records(path))
        kept = [record for record in records if tf.compat.v1.Event.FromString(record).step <= epoch]
        if len(kept) < len(records):
            with atomic_write(path) as temporary, tf.io.TFRecordWriter(str(temporary)) as file:
                for record in kept:
                    file.write(record)
    return tf.summary.create_file_writer(str(folder))


def _records(path):
    """The records of a file, up to where it is cut if the process that wrote it was killed."""
    with contextlib.suppress(tf.errors.DataLossError):
        yield from tf.data.TFRecordDataset(str(path)).as_numpy_iterator()


class ScalarSummaries(keras.callbacks.Callback):
    """Writes every metric of an epoch's logs: losses of each phase, accuracy of the discriminator, learning rate.

    With those of the first epoch it writes how they are laid out; see ``scalar_layout``.

    Args:
        writer: ``tf.summary.SummaryWriter``.
    """

    def __init__(self, writer):
        super().__init__()
        self.writer = writer

    def on_epoch_end(self, epoch, logs=None):
        """Writes the logs of the epoch."""
        with self.writer.as_default(step=epoch + 1):
            if epoch == 0:
                # At the step of these metrics: a resumed run keeps both or writes both again.
                tf.summary.experimental.write_raw_pb(layout_summary(logs))
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
                batch = _pictures(batch)
                tf.summary.image(name, batch, max_outputs=len(batch))
            if snapshot.styles is not None and snapshot.inputs.ndim == 2:
                tf.summary.image("style", _pictures(snapshot.styles.reshape(-1, snapshot.styles.shape[-1])))
            elif snapshot.styles is not None:
                rows, columns = snapshot.styles.shape[:2]
                sheet = tile(snapshot.styles.reshape(-1, *snapshot.inputs.shape[1:]), rows, columns)
                tf.summary.image("style", sheet.reshape(1, *sheet.shape[:2], -1))
        writer.flush()

    return write


def _pictures(batch):
    """Images as they are; rows of features, [n, n_features], as one grey picture, a line for each row."""
    if batch.ndim != 2:
        return batch
    return to_uint8(batch, (0, 1))[None, ..., None]
