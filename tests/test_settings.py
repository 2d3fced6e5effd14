"""Fields of a configuration that know what they mean and which values they may have."""

from pathlib import Path

import numpy as np
import pytest
from aae.config import Config, DataConfig, ModelConfig, OptimizerConfig, RunConfig
from aae.errors import InputError
from aae.settings import default_of, setting, settings, settings_of, type_of


@settings
class Lamp:
    """A lamp.

    It shines.
    """

    watts: float | None = setting(40.0, "Power.", above=0, at_most=100)
    colour: str = setting("warm", "Colour of the light, not seen at 0 ``watts``.", choices=("warm", "cold"))
    dimmed: float = setting(0.0, "Share of the light that is kept back.", at_least=0, below=1)
    bulbs: int | str = setting(1, "How many, or all.", at_least=1)
    places: dict = setting(dict, "Where it stands.")

    def __post_init__(self):
        if self.watts == 66:
            raise InputError("watts 66: not made any more")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"watts": 0}, r"^watts 0: expected a finite number above 0 and at most 100$"),
        ({"watts": 101.0}, "watts 101.0"),
        ({"watts": float("nan")}, "watts nan"),
        ({"dimmed": 1}, r"^dimmed 1: expected a finite number, at least 0 and below 1$"),
        ({"dimmed": -0.1}, "dimmed -0.1"),
        ({"bulbs": 0}, r"^bulbs 0: expected a finite number, at least 1$"),
        ({"colour": ["warm"]}, r"^colour \['warm'\]: expected text$"),
        ({"watts": "40"}, r"^watts '40': expected a number$"),
        ({"bulbs": 1.5}, r"^bulbs 1.5: expected an integer or text$"),
        ({"colour": "blue"}, r"^colour 'blue': expected one of warm, cold$"),
    ],
)
def test_a_value_that_it_may_not_have_is_refused_in_one_line(given, words):
    with pytest.raises(InputError, match=words):
        Lamp(**given)


def test_values_at_the_bounds_and_none_are_taken():
    lamp = Lamp(watts=100, dimmed=0, bulbs="all")
    assert (lamp.watts, lamp.dimmed, lamp.bulbs, lamp.colour) == (100, 0, "all", "warm")
    assert Lamp(watts=None).watts is None
    assert Lamp(bulbs=10**400).bulbs == 10**400


def test_numbers_of_numpy_are_numbers_and_paths_are_text():
    assert Lamp(watts=np.float32(20), bulbs=np.int64(3)).bulbs == 3
    assert DataConfig(path=Path("set")).path == Path("set")


def test_a_class_made_of_another_one_checks_its_own_settings_and_those_inherited():
    @settings
    class Lantern(Lamp):
        """A lamp that one carries."""

        hours: int = setting(8, "How long it shines.", at_least=1)

    assert Lantern(hours=2, watts=10).hours == 2
    for wrong in ({"hours": 0}, {"watts": 0}, {"watts": 66}):
        with pytest.raises(InputError):
            Lantern(**wrong)


def test_what_is_made_anew_is_not_shared():
    one, other = Lamp(), Lamp()
    one.places["desk"] = True
    assert other.places == {}


def test_the_docstring_tells_of_every_setting():
    assert Lamp.__doc__.startswith("A lamp.\n\nIt shines.\n\nAttributes:\n    watts: Power.\n")
    assert "\n    bulbs: How many, or all." in Lamp.__doc__


def test_types_and_defaults():
    assert (type_of(Lamp, "watts"), type_of(Lamp, "colour"), type_of(Lamp, "bulbs")) == (float, str, (int, str))
    assert default_of(Lamp, "dimmed") == 0.0


@pytest.mark.parametrize("cls", [ModelConfig, OptimizerConfig, DataConfig, RunConfig])
def test_every_default_is_a_value_that_its_setting_may_have(cls):
    described = settings_of(cls)
    assert set(described) == set(cls.__dataclass_fields__)
    config = cls()
    for name, each in described.items():
        assert each.what.endswith(".")
        each.require(name, getattr(config, name))


def test_a_config_is_checked_when_it_is_made():
    with pytest.raises(InputError, match="hidden_noise -1: expected a finite number, at least 0"):
        Config(ModelConfig(hidden_noise=-1))
