"""What an operator may set, and what comes of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from pricedesk.settings import Settings
from pricedesk.wiring import rules_of


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PRICEDESK_{name.upper()}", raising=False)


def test_the_defaults_keep_all_state_in_one_folder_and_listen_to_this_machine_alone() -> None:
    settings = Settings()
    assert settings.home == Path.cwd() / "var"  # absolute: the model server works in another folder
    assert settings.url == f"sqlite:///{Path('var').resolve() / 'pricedesk.db'}"
    assert settings.host == "127.0.0.1"


def test_variables_of_the_environment_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PRICEDESK_HOME", str(tmp_path))
    monkeypatch.setenv("PRICEDESK_PROPOSAL_DAYS", "3")
    monkeypatch.setenv("PRICEDESK_MAX_CHANGE_PCT", "12.5")
    settings = Settings()
    assert settings.url == f"sqlite:///{tmp_path / 'pricedesk.db'}"
    assert settings.lasting == timedelta(days=3)
    assert rules_of(settings).max_change_pct == 12.5


def test_a_database_that_is_named_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICEDESK_DATABASE_URL", "postgresql://db.example/shop")
    assert Settings().url == "postgresql://db.example/shop"


def test_the_rules_are_those_of_the_settings() -> None:
    rules = rules_of(Settings(max_change_pct=20, min_margin_pct=25, days_between_changes=3))
    assert (rules.max_change_pct, rules.min_margin_pct, rules.days_between_changes) == (20, 25, 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_change_pct", 0), ("max_change_pct", 101), ("min_margin_pct", -1), ("min_margin_pct", 100),
        ("days_between_changes", -1), ("proposal_days", 0), ("model_timeout", 0), ("language", "fr"), ("port", "x"),
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: value})


def test_settings_do_not_change_once_built() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(("said", "country"), [("gb", "GB"), ("", None), ("none", "")])
def test_a_country_is_a_code_the_currency_s_or_none(
    said: str, country: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings().country is None
    monkeypatch.setenv("PRICEDESK_COUNTRY", said)
    assert Settings().country == country


def test_a_word_that_is_no_country_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICEDESK_COUNTRY", "England")
    with pytest.raises(ValidationError, match="two letters"):
        Settings()
