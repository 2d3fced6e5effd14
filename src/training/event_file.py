"""A file of TensorBoard's log that is written in one piece."""

import time

import tensorflow as tf
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

from ..safe_files import atomic_write

# TensorBoard reads the files of a folder in the order of their names: after those of a writer, where digits follow.
NAME = "events.out.tfevents.{}"
VERSION = "brain.Event:2"


def write_event_file(folder, name, summaries):
    """Writes a file of summaries to TensorBoard's log, atomically, in place of the one of the same name.

    Args:
        folder: Folder of the log; created where it is missing.
        name: What the file's name ends in.
        summaries: Sequence of pairs of a step and a serialised ``Summary``, bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    events = [Event(file_version=VERSION)]
    events += [Event(step=step, summary=Summary.FromString(summary)) for step, summary in summaries]
    with atomic_write(folder / NAME.format(name)) as temporary, tf.io.TFRecordWriter(str(temporary)) as file:
        for event in events:
            event.wall_time = time.time()
            file.write(event.SerializeToString())
