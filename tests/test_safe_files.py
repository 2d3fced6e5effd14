"""Atomic writes."""

import os
import signal
import subprocess
import sys

import pytest
from aae.safe_files import atomic_write, remove_temporary, write_json, write_text


def test_a_file_changes_in_one_moment(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with atomic_write(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == tmp_path
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def fail_half_way(path):
    with atomic_write(path) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError


def test_an_error_leaves_what_was_there(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError):
        fail_half_way(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_process_leaves_what_was_there_and_a_rest_that_is_found(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    die = (
        "import os, signal\nfrom aae.safe_files import atomic_write\n"
        "with atomic_write('file') as temporary:\n"
        "    temporary.write_text('half')\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", die], cwd=tmp_path).returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2
    (tmp_path / ".unfinished-1-file").write_text("of an earlier version of the package")
    remove_temporary(tmp_path)
    assert list(tmp_path.iterdir()) == [path]


def test_what_takes_the_place_is_on_the_disk_before(tmp_path, monkeypatch):
    done = []
    names = {}
    real_open, real_replace, real_sync = os.open, os.replace, os.fsync

    def opened(path, *flags):
        descriptor = real_open(path, *flags)
        names[descriptor] = os.path.basename(path)
        return descriptor

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fsync", lambda file: (done.append(f"sync {names[file]}"), real_sync(file)))
    monkeypatch.setattr(os, "replace", lambda old, new: (done.append("replace"), real_replace(old, new)))
    write_text("text", tmp_path / "file")
    first, second, third = done
    assert first.startswith("sync .temporary-")
    assert first.endswith("-file")
    assert (second, third) == ("replace", f"sync {tmp_path.name}")


def test_json_ends_with_a_line(tmp_path):
    write_json({"a": [1, None]}, tmp_path / "file.json")
    assert (tmp_path / "file.json").read_text() == '{\n  "a": [\n    1,\n    null\n  ]\n}\n'
