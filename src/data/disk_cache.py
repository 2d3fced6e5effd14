"""Files that are written once, when they are first asked for, and kept for later runs."""

import os
from pathlib import Path

from ..errors import InputError

FOLDER = "adversarial-autoencoders"


def cached_file(name, write):
    """Path of a cached file, in ``adversarial-autoencoders`` under the folder of caches.

    That folder is what the environment variable XDG_CACHE_HOME names, by default ``~/.cache``.

    Args:
        name: The file's name; it must say all that the content depends on.
        write: Function that writes the content to an open binary file, called where there is none of that name.

    Raises:
        InputError: If it cannot be written.
    """
    path = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / FOLDER / name
    if path.exists():
        return path
    # Two runs may write the same file at the same time.
    part = path.with_name(f"part-{os.getpid()}-{name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written: {error.strerror}; set XDG_CACHE_HOME to another folder, or give --cache none"
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return path
