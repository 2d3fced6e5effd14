import json

import pytest
from aae.cli import aae_mnist, repeat, reproduce
from aae.cli.given import recorded_flags
from aae.cli.script import parsed
from aae.cli.seeds import defaults_of
from aae.errors import InputError
from aae.training.publication import publish, published_seeds
from aae.training.run_folder import RunFolder

METRICS = "epoch,valid_accuracy,seconds\n1,0.9,60\n2,0.975,90\n"
PUBLISHED = {"figure": "error", "seeds": "0-9", "paper": "1.90 % ± 0.10", "elsewhere": None}


def finished_run(path, seed, accuracy, **flags):
    folder = RunFolder(path)
    folder.path.mkdir(parents=True)
    folder.metrics.write_text(METRICS)
    folder.write_evaluation({"epoch": 2, "images": 10, "figures": {"accuracy": accuracy}})
    folder.write_config(
        {
            "command": f"python /me/aae_mnist.py --flagfile=/me/a.cfg --data_path /home/me/mnist --save_path {path}",
            "flags": {"seed": seed, "lr": 0.1, "data_path": "/home/me/mnist", "save_path": str(path)} | flags,
            "experiment": {"model": "semisupervised"},
            "data": {"train": {"source": "MNIST, IDX files in /home/me/mnist"}},
            "computation": {"precision": "float32"},
            "machine": {"processor": "a CPU", "cores": 2},
            "versions": {"python": "3.11", "tensorflow": "2.21", "keras": "3.15"},
            "git_commit": "0123456789abcdef",
            "finished": {"epochs": 2, "seconds": 150.0},
        }
    )
    return folder


def test_seeds_are_published_beside_those_that_were_published_before(tmp_path):
    results = tmp_path / "results/table"
    publish("table", {3: finished_run(tmp_path / "a", 3, 0.98)}, PUBLISHED, results)
    page = publish("table", {1: finished_run(tmp_path / "b", 1, 0.96)}, PUBLISHED, results).read_text()
    assert list(published_seeds(results)) == [1, 3]
    summary = json.loads((results / "repeated.json").read_text())
    assert summary["seeds"] == [1, 3]
    assert summary["figures"]["accuracy"]["mean"] == pytest.approx(0.97)
    assert "| here | 3.00 % ± 1.00 |" in page
    assert "| 1 | 4.00 | 2 | 2 | 2 | – | float32 | 0123456 |" in page
    assert "--seeds 1,3" in page
    assert (results / "learning_curves.png").exists()
    assert (results / "seed_3/metrics.csv").read_text() == METRICS


def test_pictures_of_the_first_seed_are_published_and_shown(tmp_path):
    results, folders = tmp_path / "results", {seed: finished_run(tmp_path / str(seed), seed, 0.98) for seed in (1, 2)}
    for folder in folders.values():
        for name in ("confusion", "sample_style_5", "sample_style_10", "generate_im_10"):
            (folder.path / f"{name}.png").write_bytes(f"{name} of {folder.path.name}".encode())
    page = publish("table", folders, PUBLISHED, results).read_text()
    assert sorted(path.name for path in results.rglob("*.png")) == [
        *("confusion.png", "learning_curves.png", "sample_style_10.png")
    ]
    assert (results / "seed_1/confusion.png").read_text() == "confusion of 1"
    assert "(seed_1/confusion.png)" in page
    assert "(seed_1/sample_style_10.png)" in page
    earlier = finished_run(tmp_path / "0", 0, 0.98)
    (earlier.path / "mistakes.png").write_bytes(b"mistakes of 0")
    page = publish("table", {0: earlier}, PUBLISHED, results).read_text()
    assert sorted(path.name for path in results.rglob("seed_*/*.png")) == ["mistakes.png"]
    assert "(seed_0/mistakes.png)" in page


def test_paths_of_the_machine_are_not_published(tmp_path):
    folder = finished_run(tmp_path / "a", 3, 0.98)
    publish("table", {3: folder}, PUBLISHED, tmp_path / "results")
    text = (tmp_path / "results/seed_3/config.json").read_text()
    assert str(tmp_path) not in text
    assert "/home" not in text
    assert json.loads(text)["command"] == "python aae_mnist.py --flagfile=a.cfg --data_path DIR --save_path RUN"


def test_runs_of_other_settings_are_not_averaged(tmp_path):
    publish("table", {0: finished_run(tmp_path / "a", 0, 0.98)}, PUBLISHED, tmp_path / "results")
    other = finished_run(tmp_path / "b", 1, 0.9, lr=0.2)
    with pytest.raises(InputError, match="another lr than"):
        publish("table", {1: other}, PUBLISHED, tmp_path / "results")
    assert list(published_seeds(tmp_path / "results")) == [0]


def test_a_flag_that_is_younger_than_a_published_run_had_its_default_in_it(tmp_path):
    results, defaults = tmp_path / "results", {"lr": 0.5, "network": "mlp"}
    publish("table", {0: finished_run(tmp_path / "a", 0, 0.98)}, PUBLISHED, results)
    younger = finished_run(tmp_path / "b", 1, 0.96, network="mlp")
    publish("table", {1: younger}, PUBLISHED, results, defaults=defaults)
    assert list(published_seeds(results)) == [0, 1]
    with pytest.raises(InputError, match="another network than"):
        publish("table", {2: finished_run(tmp_path / "c", 2, 0.9, network="conv")}, PUBLISHED, results, (), defaults)


def test_defaults_are_those_of_the_script_and_not_the_recipes():
    defaults = defaults_of("aae_mnist.py", ["--recipe=table3_30_clusters"])
    assert defaults["network"] == "mlp"
    assert defaults["ncode"] == 2
    assert defaults["skip_damaged"] is False


def test_a_run_older_than_a_flag_is_neither_trained_again_nor_kept_from_publication(tmp_path, monkeypatch, capsys):
    recipe, results = "table2_mnist_100", tmp_path / "results"
    values, _ = parsed(aae_mnist.SCRIPT, [f"--recipe={recipe}"])
    flags = {name: value for name, value in recorded_flags(values).items() if name != "seed"}
    older = {name: value for name, value in flags.items() if name != "network"}
    results.mkdir()
    (results / "published.json").write_text(json.dumps({recipe: PUBLISHED}))
    finished_run(results / recipe / "seed_0", 0, 0.98, **flags)
    finished_run(tmp_path / reproduce.RUNS / recipe / "seed_1", 1, 0.96, **older)
    (tmp_path / "checkout").symlink_to(results)
    monkeypatch.setattr(reproduce, "RESULTS", tmp_path / "checkout")
    monkeypatch.chdir(tmp_path)
    assert reproduce.main([f"--recipe={recipe}", "--seeds=1", "--publish"]) == 0, capsys.readouterr().err
    assert "seed 1: there already" in capsys.readouterr().out
    assert "| here | 3.00 % ± 1.00 |" in (results / recipe / "README.md").read_text()


def test_a_run_is_there_however_the_folder_of_its_images_is_spelt(tmp_path, capsys, monkeypatch):
    values, _ = parsed(aae_mnist.SCRIPT, ["--train", "--data_path=images"])
    flags = {name: value for name, value in recorded_flags(values).items() if name != "seed"}
    finished_run(tmp_path / "runs/seed_1", 1, 0.96, **flags)
    monkeypatch.chdir(tmp_path)
    asked = "--seeds=1", "--save_path=runs", "--train", f"--data_path={tmp_path / 'images'}"
    assert repeat.main(asked) == 0, capsys.readouterr().err
    assert "seed 1: there already" in capsys.readouterr().out
    assert repeat.main([*asked[:-1], "--data_path=other"]) != 0
    assert "there already" not in capsys.readouterr().out


def test_a_run_that_is_not_finished_is_not_published(tmp_path):
    folder = finished_run(tmp_path / "a", 0, 0.98)
    folder.write_config({name: value for name, value in folder.read_config().items() if name != "finished"})
    with pytest.raises(InputError, match="not finished"):
        publish("table", {0: folder}, PUBLISHED, tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_run_without_figures_is_not_published(tmp_path):
    folder = finished_run(tmp_path / "a", 0, 0.98)
    folder.evaluation.unlink()
    with pytest.raises(InputError, match=r"evaluation\.json"):
        publish("table", {0: folder}, PUBLISHED, tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_path_of_one_short_word_is_replaced_nowhere_else(tmp_path):
    folder = finished_run(tmp_path / "a", 0, 0.98, data_path="data", save_path="table")
    config = folder.read_config() | {"command": "python aae.py --recipe=table2 --data_path data --save_path=table/x"}
    config["data"]["train"]["source"] = "MNIST, IDX files in data"
    folder.write_config(config)
    publish("table", {0: folder}, PUBLISHED, tmp_path / "results")
    copied = RunFolder(tmp_path / "results/seed_0").read_config()
    assert copied.keys() == config.keys()
    assert copied["flags"].keys() == config["flags"].keys()
    assert copied["data"]["train"]["source"] == "MNIST, IDX files in DIR"
    assert copied["command"] == "python aae.py --recipe=table2 --data_path DIR --save_path=RUN/x"


def test_the_page_shows_the_flags_that_the_recipe_was_given(tmp_path):
    flags = ["--maxepoch", "30", "--data_path=/me", "--lr_drops=15", "--plot_every", "9", "--paired", "--noresume"]
    folder = finished_run(tmp_path / "a", 0, 0.98)
    page = publish("table", {0: folder}, PUBLISHED, tmp_path / "table", flags).read_text()
    assert "--recipe table --seeds 0 --maxepoch=30 --lr_drops=15 --paired\n" in page


def test_a_recipe_on_other_images_stands_under_a_name_of_its_own(tmp_path, monkeypatch, capsys):
    recipe, results = "table2_mnist_100", tmp_path / "results"
    values, _ = parsed(aae_mnist.SCRIPT, [f"--recipe={recipe}", "--dataset=fashion_mnist"])
    flags = {name: value for name, value in recorded_flags(values).items() if name != "seed"}
    results.mkdir()
    clothes = PUBLISHED | {"recipe": recipe, "images": "Fashion-MNIST"}
    (results / "published.json").write_text(json.dumps({recipe: PUBLISHED, "clothes": clothes}))
    finished_run(tmp_path / reproduce.RUNS / "clothes/seed_1", 1, 0.8, **flags)
    (tmp_path / "checkout").symlink_to(results)
    monkeypatch.setattr(reproduce, "RESULTS", tmp_path / "checkout")
    monkeypatch.chdir(tmp_path)
    asked = f"--recipe={recipe}", "--name=clothes", "--dataset=fashion_mnist", "--seeds=1", "--publish"
    assert reproduce.main(asked) == 0, capsys.readouterr().err
    assert "clothes: error on test images" in capsys.readouterr().out
    page = (results / "clothes/README.md").read_text()
    assert f"--recipe {recipe} --name clothes --seeds 1 --dataset=fashion_mnist\n" in page
    assert "On the test images of Fashion-MNIST" in page
    assert not (results / recipe).exists()
    assert reproduce.main([word for word in asked if "dataset" not in word]) == 2
    line = capsys.readouterr().err
    assert "--name clothes: a result on Fashion-MNIST; give their --data_path or --dataset" in line
    assert reproduce.main(["--recipe=table1_mnist", *asked[1:]]) == 2
    assert (
        f"--name clothes is not of recipe table1_mnist: give --recipe {recipe} --name clothes"
        in capsys.readouterr().err
    )


def test_the_command_of_a_result_on_other_images_says_that_they_are_given(tmp_path):
    clothes, folder = PUBLISHED | {"images": "Fashion-MNIST"}, finished_run(tmp_path / "a", 0, 0.8)
    page = publish("table", {0: folder}, clothes, tmp_path / "clothes", ["--data_path=/me"]).read_text()
    assert "--recipe table --name clothes --seeds 0 --data_path DIR\n" in page


def test_runs_measured_on_other_images_are_not_averaged(tmp_path):
    folders = {seed: finished_run(tmp_path / str(seed), seed, 0.9) for seed in (0, 1, 2)}
    for seed, digest in ((0, "a"), (1, "a"), (2, "b")):
        config = folders[seed].read_config()
        config["data"]["test"] = {"digests": {"images": digest}}
        folders[seed].write_config(config)
    publish("table", {seed: folders[seed] for seed in (0, 1)}, PUBLISHED, tmp_path / "table")
    with pytest.raises(InputError, match="2: was measured on other test images than"):
        publish("table", {2: folders[2]}, PUBLISHED, tmp_path / "table")
