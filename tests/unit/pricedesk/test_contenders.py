"""Which weights a command means by a name."""

from pathlib import Path

import pytest

from agents.leaning import shipped
from pricedesk.contenders import contender
from pricedesk.settings import Settings
from pricing.errors import PricingError


def test_a_folder_of_weights_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text("{}")
    one = contender(str(tmp_path / "mine"), Settings(home=tmp_path), tmp_path)
    assert (one.name, one.weights, one.network) == ("mine", tmp_path / "mine", shipped())


def test_a_folder_of_neither_weights_nor_an_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PricingError, match="neither weights nor an adapter"):
        contender(str(tmp_path), Settings(home=tmp_path), tmp_path)
