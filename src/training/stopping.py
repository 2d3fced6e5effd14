"""Stopping on purpose: Ctrl-C and SIGTERM end training after the step, with a checkpoint."""

import os
import signal
import sys

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class TrainingStopped(Exception):  # noqa: N818 - it is no error
    """Training was asked to stop, and has saved where it stood.

    Args:
        signal_number: The signal that asked.
        progress: ``Progress`` of the checkpoint from which it can resume.
        folder: Path of the run's folder.
    """

    def __init__(self, signal_number, progress, folder):
        super().__init__(f"stopped by {signal.Signals(signal_number).name} after {progress}, which is saved")
        self.signal_number = signal_number
        self.progress = progress
        self.folder = folder


class StopSignals:
    """While it is entered, the first Ctrl-C or SIGTERM is only recorded, for training to stop; a second acts at once.

    Attributes:
        received: Number of the signal that came, or None.
    """

    def __init__(self):
        self.received = None
        self._before = {}

    def __enter__(self):
        self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, *raised):
        self._restore()

    def _note(self, number, frame):
        self.received = number
        self._restore()
        # Not by print, in the middle of which the signal may have come.
        os.write(sys.stderr.fileno(), b"\nfinishing the step, then saving; once more stops at once\n")

    def _restore(self):
        for number, handler in self._before.items():
            signal.signal(number, handler)
