"""How the scripts start: without anything heavy, by any of their names, and again and again in one process."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from aae.cli.program import INSTALLED, Program

from tests.cli.process import ROOT, call, error_line, run

LIGHT = """
import sys
{}
heavy = {{"tensorflow", "keras", "numpy", "matplotlib", "sklearn", "mlxtend"}} & set(sys.modules)
sys.exit(f"imported {{heavy}}" if heavy else 0)
"""


@pytest.mark.parametrize("script", INSTALLED)
def test_every_script_helps(script):
    path = ROOT / "experiment" / f"{script}.py"
    result = run("--help", script=path.name)
    assert (result.returncode, result.stderr) == (0, "")
    # Its examples are commands as it was started.
    assert f"\npython {path} --" in result.stdout


@pytest.mark.parametrize(
    "code",
    [
        "import aae",
        "import aae.config, aae.errors",
        *(f"from aae.cli.{script} import main; main(['--help'])" for script in INSTALLED),
        "from aae.cli.aae_mnist import main; assert main(['--train', '--ncode=3', '--dist_type=gmm']) == 2",
        "from aae.cli.aae_mnist import main; assert main(['--train', '--load=3']) == 2",
    ],
)
def test_nothing_heavy_is_imported_before_something_computes(code):
    result = subprocess.run([sys.executable, "-c", LIGHT.format(code)], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_flags_of_one_call_do_not_reach_the_next(tmp_path):
    assert "--ncode=0" in error_line(call("--train", "--ncode=0", cwd=tmp_path))
    assert "swiss roll lies in a plane" in error_line(
        call("--train", "--ncode=3", "--dist_type=swiss_roll", cwd=tmp_path)
    )
    # Were the flags of the first call still there, these would be refused too, by other words.
    assert "--load is used only" in error_line(call("--train", "--load=1", cwd=tmp_path))
    assert "<vae|dae|ae>" in error_line(call("--train", "--model=gan", script="vae_mnist.py", cwd=tmp_path))


@pytest.mark.parametrize(
    ("argv", "spec", "words", "name", "sibling"),
    [
        (
            "experiment/repeat.py",
            None,
            "python experiment/repeat.py",
            "repeat.py",
            "python experiment/vae_mnist.py",
        ),
        ("repeat.py", None, "python repeat.py", "repeat.py", "python vae_mnist.py"),
        ("/usr/bin/aae-repeat", None, "aae-repeat", "aae-repeat", "vae-mnist"),
        ("/lib/repeat.py", "aae.cli.repeat", "python -m aae.cli.repeat", "repeat.py", "python -m aae.cli.vae_mnist"),
    ],
)
def test_a_script_knows_how_it_was_started(monkeypatch, argv, spec, words, name, sibling):
    main = SimpleNamespace(__spec__=spec and SimpleNamespace(name=spec))
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(sys, "argv", [argv])
    program = Program.started("repeat")
    assert (str(program), program.name, str(program.sibling("vae_mnist"))) == (words, name, sibling)


def test_a_recipe_by_its_name_begins_and_flags_override_it(tmp_path):
    # A missing folder is the first thing that is looked for once the flags are right.
    nowhere = f"--data_path={tmp_path / 'none'}"
    for flags in (["--recipe=fig3_gmm_10k"], ["--recipe", "fig3_gmm_10k"], ["-recipe=fig3_gmm_10k"]):
        assert "not a folder" in error_line(call(*flags, nowhere, cwd=tmp_path))
    # The recipe has two codes; whether before it or after it, the flag counts.
    for flags in (["--ncode=3", "--recipe=fig3_gmm_10k"], ["--recipe=fig3_gmm_10k", "--ncode=3"]):
        assert "an even number of codes" in error_line(call(*flags, cwd=tmp_path))
    assert "not a folder" in error_line(call("--recipe=pytorch_repo_vae", nowhere, script="vae_mnist.py"))


@pytest.mark.parametrize("script", ["aae_mnist.py", "vae_mnist.py"])
def test_an_unknown_recipe_is_refused_with_those_there_are(script, tmp_path):
    line = error_line(call("--recipe=fig99", "--train", script=script, cwd=tmp_path))
    assert "recipe 'fig99': expected one of conv_fashion_supervised, " in line
    assert "table2_mnist_100" in line
    assert "recipe" in error_line(call("--train", "--recipe", script=script, cwd=tmp_path))
    assert not list(tmp_path.iterdir())


def test_help_ends_quietly_where_its_reader_has_seen_enough():
    command = f"{sys.executable} {ROOT / 'experiment/aae_mnist.py'} --help | head -1"
    result = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert result.stderr == ""
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 1
