"""What the README and the pages of the documentation say is so."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from aae.cli.program import INSTALLED
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "docs" / "tools"))

import curve_plots  # noqa: E402  these lie beside the pages that they make
import flag_tables  # noqa: E402
import script_flags  # noqa: E402

README = (ROOT / "README.md").read_text()
PYTHON = (ROOT / "docs" / "python.md").read_text()
PAGES = [ROOT / "README.md", *(page for part in ("docs", "results") for page in sorted((ROOT / part).glob("**/*.md")))]
PAGES = [page for page in PAGES if not {"generated", "_build"} & set(page.parts)]
PAGES_BY_NAME = {str(page.relative_to(ROOT)): page.read_text() for page in PAGES}

(OF_README,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
OF_ESTIMATORS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "estimators.md").read_text(), re.DOTALL)
OWN_IMAGES, CONVOLUTIONS, OWN_NETWORKS, OWN_PRIOR = re.findall(r"```python\n(.*?)```", PYTHON, re.DOTALL)


def test_the_readme_is_short():
    assert len(README.encode()) <= 8192


def test_every_installed_command_is_introduced():
    page = PAGES_BY_NAME["docs/getting_started.md"]
    assert all(f"`{name}`" in page for name in INSTALLED.values())
    number = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")[len(INSTALLED)]
    assert f"installs {number} commands" in page


def call_example(code, cwd, monkeypatch):
    """Runs the code in this process, in a module of its own."""
    monkeypatch.chdir(cwd)
    exec(compile(code, "example", "exec"), {"__name__": "example"})


@pytest.mark.slow
def test_the_example_of_the_readme_is_ten_lines_and_runs(tmp_path):
    assert len([line for line in OF_README.splitlines() if line.strip()]) <= 10
    check = "\nassert codes.shape == (1000, 2) and copies.shape == images.shape and len(new) == 16\n"
    result = subprocess.run([sys.executable, "-c", OF_README + check], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.slow
def test_the_example_with_images_of_your_own_runs(tmp_path, monkeypatch):
    check = "\nassert codes.shape == (1000, 2) and copies.shape == images.shape and len(new) == 16\n"
    call_example(OWN_IMAGES + check, tmp_path, monkeypatch)
    assert (tmp_path / "mine.keras").exists()


@pytest.mark.slow
def test_the_examples_of_the_estimators_run_one_after_the_other(tmp_path, monkeypatch, capsys):
    call_example("\n".join(OF_ESTIMATORS), tmp_path, monkeypatch)
    right, clusters, area, outliers = capsys.readouterr().out.splitlines()
    assert float(right.split("%")[0]) > 90
    assert sum(map(int, re.search(r"\[(.*?)\]", clusters)[1].split())) == 178
    assert float(area.split(":")[0]) > 0.95
    inside, outside = map(int, re.findall(r"(\d+)%", outliers))
    assert inside > 50 > 10 > outside


@pytest.mark.slow
def test_the_example_of_convolutions_runs(tmp_path, monkeypatch):
    check = """
assert model.reconstruct(images[:2], labels[:2]).shape == (2, *shape)
assert model.decode(np.zeros((3, 8), "float32"), np.arange(3)).shape == (3, *shape)
"""
    call_example(CONVOLUTIONS + check, tmp_path, monkeypatch)


def test_the_example_with_networks_of_your_own_runs_on_colour_images_in_a_folder(tmp_path, monkeypatch):
    generator = np.random.default_rng(0)
    for name, colour in {"red": (200, 40, 40), "green": (40, 200, 40), "blue": (40, 40, 200)}.items():
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for index in range(20):
            pixels = np.clip(colour + generator.normal(0, 20, (32, 32, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / f"pictures/{name}/{index}.png")
    check = """
assert new.shape == (16, 32, 32, 3)
images, labels = next(iter(pictures))
assert set(labels.numpy()) == {0, 1, 2} and images.shape == (32, 32, 32, 3)
assert model.encode(images).shape == (32, 8) and model.reconstruct(images).shape == images.shape
"""
    call_example(OWN_NETWORKS + check, tmp_path, monkeypatch)


def test_the_example_of_a_prior_is_ten_lines_and_can_be_sampled_trained_on_and_saved(tmp_path, monkeypatch):
    lines = OWN_PRIOR[OWN_PRIOR.index("class TwoMoons") :].strip().splitlines()
    assert len([line for line in lines if line.strip()]) <= 10
    check = """
import numpy as np
from aae.models import AAE, load_model, networks
moons = TwoMoons()
upper, lower = (moons.sample_conditional(np.full(2000, label), 0).numpy() for label in (0, 1))
assert np.allclose(np.linalg.norm(upper + [0.5, 0.25], axis=1), 1, atol=0.5)
assert np.allclose(np.linalg.norm(lower - [0.5, 0.25], axis=1), 1, atol=0.5)
assert np.mean(upper[:, 1] > -0.4) > 0.9 and np.mean(lower[:, 1] < 0.4) > 0.9
assert abs(np.mean(moons.sample(4000, 1), axis=0)).max() < 0.1
shape = (8, 8, 1)
nets = networks.mlp_encoder(shape, 4), networks.mlp_decoder(2, shape), networks.mlp_discriminator(5)
model = AAE(*nets, moons, n_classes=2)
model.compile()
model.fit(np.zeros((100, *shape), "float32"), np.arange(100) % 3 - 1, verbose=0)
model.save("moons.keras")
assert isinstance(load_model("moons.keras").prior, TwoMoons)
"""
    call_example(OWN_PRIOR + check, tmp_path, monkeypatch)


def test_the_tables_list_every_flag_of_the_help_and_no_other():
    tables = flag_tables.all_tables()
    of_the_script = tables[: tables.index("## The other scripts")]
    listed = re.findall(r"^\| `--(\w+)` \|", of_the_script, re.MULTILINE)
    script = ROOT / "experiment" / "aae_mnist.py"
    help_text = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True).stdout
    assert sorted(listed) == sorted(re.findall(r"^  --(?:\[no\])?(\w+):", help_text, re.MULTILINE))


@pytest.mark.parametrize("script", [script for script in script_flags.SCRIPTS if script != "aae_mnist"])
def test_the_tables_list_every_flag_of_the_other_scripts(script):
    tables = flag_tables.all_tables()
    _, _, section = tables.partition(f"### `{flag_tables.OTHERS[script]}`")
    listed = set(re.findall(r"`--(\w+)`", section.partition("###")[0]))
    assert {flag["name"] for flag in script_flags.flags_of(script)} <= listed


def test_the_tables_show_defaults_choices_and_no_markup_of_the_help():
    of_the_script, _, _ = flag_tables.all_tables().partition("## The other scripts")
    rows = {row.split("`")[1]: row for row in of_the_script.splitlines() if row.startswith("| `")}
    assert rows["--ncode"] == "| `--ncode` | `2` | Dimension of code. |"
    assert rows["--label"].startswith("| `--label` | off | ")
    assert rows["--optimizer"].endswith(" One of `adam`, `sgd`. |")
    assert r"runs/\<experiment\>-\<time\>" in rows["--save_path"]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows.values())


def commands(text):
    """(script, arguments) of every command line in the blocks of code of a page."""
    for language, block in re.findall(r"^```([^\n]*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if language not in ("", "bash"):
            continue
        for line in block.replace("\\\n", " ").splitlines():
            for program, script in script_flags.PROGRAMS.items():
                called = re.match(rf"(?:\w+=\S+ )*{re.escape(program)}(?: (.*))?$", line)
                if called:
                    yield script, shlex.split(called[1] or "", comments=True)


def test_every_command_of_every_page_has_right_flags():
    said = {
        (script, *arguments): script_flags.complaint(script, arguments)
        for text in PAGES_BY_NAME.values()
        for script, arguments in commands(text)
    }
    assert {script for script, *_ in said} == set(script_flags.SCRIPTS)
    assert len(said) > 30
    assert {command: what for command, what in said.items() if what} == {}


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("aae_mnist", ["--train", "--nope"]),
        ("aae_mnist", ["--train", "--nlabel", "3"]),
        ("aae_mnist", ["--ncode", "2"]),
        ("aae_mnist", ["--recipe", "nope"]),
        ("aae_mnist", ["--train", "surplus"]),
        ("repeat", ["--save_path", "runs", "--trian"]),
    ],
)
def test_a_wrong_command_would_be_found(script, arguments):
    assert script_flags.complaint(script, arguments)


def test_every_target_of_make_that_a_page_names_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for text in PAGES_BY_NAME.values():
        assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets


@pytest.mark.parametrize("name", PAGES_BY_NAME)
def test_every_picture_and_page_it_shows_is_there(name):
    folder = (ROOT / name).parent
    for path in re.findall(r"\]\(((?!http|#)[^)]*)\)", PAGES_BY_NAME[name]):
        # Plots are drawn when the documentation is built.
        if path.startswith("generated/curves/"):
            assert Path(path).stem in {*curve_plots.FIGURES, "reconstruction"}
        else:
            assert (folder / path.partition("#")[0]).exists(), path


def test_every_recipe_and_script_that_a_page_names_is_there():
    for text in PAGES_BY_NAME.values():
        for path in re.findall(r"(?<![\w/])(?:experiment|benchmarks)/(?:\w+/)*\w+\.(?:cfg|py)", text):
            assert (ROOT / path).exists(), path


def headline_rows():
    """(recipe, what we have, its epochs and minutes if told, what the paper has) of the README's table of results."""
    section = README[README.index("## Results") : README.index("## From Python")]
    for row in re.findall(r"^\| .*\(results/\w+\).*$", section, re.MULTILINE):
        what, ours, cost, by_their_settings, paper = row.removeprefix("| ").split(" | ")[:5]
        name = what.partition(" ([")[0]
        if "(results/" in what:
            yield pytest.param(re.search(r"results/(\w+)", what)[1], ours, cost, paper, id=name)
        for figure, recipe in re.findall(r"\[(.+?)\]\(results/(\w+)\)", by_their_settings):
            yield pytest.param(recipe, figure, None, paper, id=f"{name}, their settings")


@pytest.mark.parametrize(("recipe", "ours", "cost", "paper"), list(headline_rows()))
def test_a_headline_result_is_that_of_its_run_and_of_the_published_metrics(recipe, ours, cost, paper):
    folder = ROOT / "results" / recipe
    published = json.loads((ROOT / "results" / "published.json").read_text()).get(recipe)
    if cost is not None:
        records = [*folder.glob("config.json"), *folder.glob("seed_*/config.json")]
        finished = [json.loads(path.read_text())["finished"] for path in records]
        minutes = np.median([each["seconds"] for each in finished]) / 60
        (epochs,) = {each["epochs"] for each in finished}
        assert cost == f"{epochs}, {minutes:.0f}"
    if published is None:
        pytest.skip("nothing published to set it beside")
    assert paper.replace("–", "") == (published["paper"] or "").removesuffix(" nats")
    repeated = folder / "repeated.json"
    if repeated.exists():
        metrics = json.loads(repeated.read_text())["figures"]
    else:
        figures = json.loads((folder / "evaluation.json").read_text())["figures"]
        metrics = {name: {"values": [value]} for name, value in figures.items()}
    if published["figure"] == "parzen_log_likelihood":
        values, digits, unit = metrics["parzen_log_likelihood"]["values"], 1, ""
    elif published["figure"] == "clustering_error":
        values, digits, unit = [100 * error for error in metrics["clustering_error"]["values"]], 2, " %"
    else:
        values, digits, unit = [100 * (1 - accuracy) for accuracy in metrics["accuracy"]["values"]], 2, " %"
    spread = f" ± {np.std(values, ddof=1) / len(values) ** 0.5:.{digits}f}" if len(values) > 1 else ""
    assert ours == f"{np.mean(values):.{digits}f}{unit}{spread}"


@pytest.mark.slow
def test_the_plots_of_the_curves_are_drawn(tmp_path):
    assert all(path.stat().st_size > 10_000 for path in curve_plots.draw_all(tmp_path))


def test_the_balance_that_the_page_tells_of_is_that_of_the_losses():
    from aae.models.regularization import discriminator_loss, generator_loss

    guess = np.zeros((4, 1), "float32")
    assert float(discriminator_loss(guess, guess)) == pytest.approx(1.386, abs=1e-3)
    assert float(generator_loss(guess)) == pytest.approx(0.693, abs=1e-3)


def test_the_reference_lists_every_model_and_prior():
    from aae import models
    from aae.models import priors

    reference = ROOT / "docs" / "api"
    documented = re.findall(r"(?:auto\w+|function):: (\w+)", (reference / "models.rst").read_text())
    modules = {"heads", "networks", "priors", "schedules"}
    assert set(models.__all__) - modules <= set(documented)
    documented = re.findall(r"auto\w+:: (\w+)", (reference / "priors.rst").read_text())
    assert set(priors.__all__) <= set(documented)
