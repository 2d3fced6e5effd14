"""Files that are written once, when they are first asked for, and kept for later runs."""

import os
from pathlib import Path

from ..errors import RunError
from ..safe_files import atomic_write

FOLDER = "adversarial-autoencoders"


def cached_file(name, write):
    """Path of a cached file, in ``adversarial-autoencoders`` under the folder of caches.

    That folder is what the environment variable XDG_CACHE_HOME names, by default ``~/.cache``.

    Args:
        name: The file's name; it must say all that the content depends on.
        write: Function that writes the content to an open binary file, called where there is none of that name.

    Raises:
        RunError: If it cannot be written.
    """
    path = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / FOLDER / name
    if path.exists():
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temporary, open(temporary, "wb") as file:
            write(file)
    except OSError as error:
        raise RunError(
            f"{path}: cannot be written: {error.strerror}; set XDG_CACHE_HOME to another folder, or keep no such file",
            setting="data.cache",
        ) from None
    return path
