"""Records of runs that somebody has written by hand, cut or emptied."""

import json

import pytest
from aae.errors import InputError
from aae.training.records import read_record


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '"text"', "null", '{"flags": []}', '{"experiment": "aae"}', '{"data": 3}', "\ud800"],
)
def test_what_is_no_record_is_refused(content, tmp_path):
    (tmp_path / "config.json").write_bytes(content.encode(errors="surrogatepass"))
    with pytest.raises(InputError, match=r"config\.json: cannot be read"):
        read_record(tmp_path)


def test_a_record_comes_back_and_none_is_empty(tmp_path):
    assert read_record(tmp_path) == {}
    (tmp_path / "config.json").write_text('{"flags": {"lr": 0.1}, "note": [1]}')
    assert read_record(tmp_path) == {"flags": {"lr": 0.1}, "note": [1]}


@pytest.mark.parametrize(("recorded", "expected"), [("phases", "alternating"), ("joint", "joint"), ([1], [1])])
def test_a_renamed_value_has_its_name_of_today(recorded, expected, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"flags": {"update": recorded}}))
    assert read_record(tmp_path)["flags"]["update"] == expected
