"""What a resumed run takes from its record, and which flags it refuses."""

import json

import pytest
from aae.cli import aae_mnist
from aae.cli.given import adopt_recorded_flags, default_flags, differing_flags
from aae.cli.script import parsed
from aae.errors import InputError


def resumed(folder, recorded, *flags):
    """The flags of a run that is resumed in ``folder``, whose record has ``recorded``."""
    (folder / "config.json").write_text(json.dumps({"flags": recorded}))
    values, _ = parsed(aae_mnist.SCRIPT, ["--train", f"--save_path={folder}", "--resume", *flags])
    adopt_recorded_flags(values)
    return values


def test_a_resumed_run_has_the_flags_of_its_record(tmp_path):
    values = resumed(tmp_path, {"train": True, "noise": True, "late_noise_std": 0.05}, "--noise")
    assert (values.noise, values.late_noise_std, values.ncode) == (True, 0.05, values["ncode"].default)


def test_a_run_older_than_a_flag_had_its_default_and_is_not_resumed_with_another_value(tmp_path):
    assert resumed(tmp_path, {"train": True}, "--nonoise", "--lr=2e-4").lr == 2e-4
    with pytest.raises(InputError, match=r"--late_noise_std 0\.05: the run in .* has None; leave it out to resume"):
        resumed(tmp_path, {"train": True, "noise": True}, "--noise", "--late_noise_std=0.05")


@pytest.mark.parametrize(
    "begins",
    [{"late_noise_std": 0.1}, {"paired_from": 0.5}, {"class_shares": "estimated"}, {"lr_schedule": "linear"}],
)
def test_the_length_is_fixed_where_something_begins_after_a_share_of_it(begins):
    values, _ = parsed(aae_mnist.SCRIPT, ["--train"])
    flags = default_flags(values)
    assert differing_flags(flags, flags | {"maxepoch": 7, "keep": 9}) == []
    assert differing_flags(flags | begins, flags | begins | {"maxepoch": 7, "keep": 9}) == ["maxepoch"]
    assert differing_flags(flags | begins, flags | begins | {"late_noise_from": 0.1}) == ["late_noise_from"]
