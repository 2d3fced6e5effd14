"""Flags made of settings."""

import re

import pytest
from aae.cli import aae_mnist, compare_codes, setting_flags, vae_mnist
from aae.cli.recipes import recipe_path
from aae.cli.script import parsed
from aae.config import DEFAULTS
from aae.errors import InputError
from aae.settings import setting, settings, settings_of, type_of
from absl import flags


@settings
class WithOneMore:
    """Settings of a model, one of them new."""

    n_codes: int = setting(2, "Dimension.", at_least=1)
    brightness: float = setting(0.5, "How bright images are, beside ``n_codes``.", at_least=0, below=1, kinds=("vae",))


@pytest.fixture
def one_more(monkeypatch):
    """A function from kinds of models to the flags of a section with a new setting."""
    monkeypatch.setitem(setting_flags.SECTIONS, "model", WithOneMore)

    def define(kinds):
        values = flags.FlagValues()
        setting_flags.define_setting_flags(values, "model", kinds)
        return values

    return define


def test_a_new_setting_has_a_flag_of_its_name_default_range_and_meaning(one_more):
    values = one_more(["vae"])
    assert values["brightness"].help == "How bright images are, beside --ncode."
    assert values["brightness"].default == 0.5
    values(["script", "--brightness=0.25"])
    assert setting_flags.settings_given(values, "model") == {"n_codes": 2, "brightness": 0.25}
    assert setting_flags.settings_given(values, "model", "ae") == {"n_codes": 2}
    for wrong in ("1", "-0.1", "nan", "bright"):
        with pytest.raises(flags.IllegalFlagValueError, match="brightness"):
            one_more(["vae"])(["script", f"--brightness={wrong}"])


def test_scripts_have_no_flag_of_other_kinds_settings(one_more):
    assert "brightness" in one_more(["aae", "vae"])
    assert "brightness" not in one_more(["aae", "ae"])


@pytest.mark.parametrize("script", [aae_mnist, vae_mnist, compare_codes])
def test_every_flag_that_is_listed_is_one_of_a_setting(script):
    known = {f"{section}.{name}" for section, cls in setting_flags.SECTIONS.items() for name in settings_of(cls)}
    for listed in (setting_flags.NAMES, setting_flags.BY_HAND, setting_flags.OTHER_HEADINGS):
        assert set(listed) <= known
    for section, cls in setting_flags.SECTIONS.items():
        for name in settings_of(cls):
            if f"{section}.{name}" not in setting_flags.BY_HAND:
                assert type_of(cls, name) in (int, float, str, bool)
    values, _ = parsed(script.SCRIPT, ["--train"] if script is not compare_codes else [])
    assert not [flag for flag in values if re.search("``", values[flag].help or "")]


def test_defaults_that_flags_show_are_those_of_the_models():
    values, _ = parsed(aae_mnist.SCRIPT, ["--train"])
    for kind in ("aae", "supervised", "semisupervised", "clustering", "dimreduction"):
        assert values.posterior == DEFAULTS[kind].posterior


def test_a_flag_of_another_kind_is_refused(one_more):
    values = one_more(["vae", "ae"])
    values(["script", "--brightness=0.25"])
    setting_flags.reject_flags_of_other_kinds(values, "vae")
    with pytest.raises(InputError, match="--brightness is used only under --model vae; leave it out"):
        setting_flags.reject_flags_of_other_kinds(values, "ae")


def test_a_switch_that_is_off_says_nothing_of_the_model():
    values, _ = parsed(aae_mnist.SCRIPT, ["--train_clustering", "--nolabel"])
    aae_mnist.reject_unused_flags(values)


def test_kinds_are_named_by_the_flags_that_train_them():
    assert setting_flags.under(["dimreduction"]) == "under --train_dimreduction"
    assert setting_flags.under(["aae", "clustering"]) == "under --train and --train_clustering"
    assert "under --train_supervised" in setting_flags.meaning("model.conditional")
    # Two sections have a setting of this name.
    assert "--save_path" in setting_flags.meaning("run.resume")
    assert "--data_path" in setting_flags.meaning("data.dataset")


def test_a_flag_file_sets_flags_and_the_command_line_overrides_it():
    recipe = recipe_path("tf_repo_gaussian")
    values, _ = parsed(aae_mnist.SCRIPT, [f"--flagfile={recipe}", "--maxepoch=1"])
    config = aae_mnist.config(values, "aae")
    assert values.train
    assert (config.run.epochs, config.model.prior, config.model.n_codes) == (1, "gaussian", 2)
    values, _ = parsed(aae_mnist.SCRIPT, ["--recipe=tf_repo_gaussian", "--ncode=3"])
    config = aae_mnist.config(values, "aae")
    assert (config.run.epochs, config.model.n_codes) == (400, 3)
