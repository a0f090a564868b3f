"""The command `pricedesk rules`, on a state folder of its own."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import users
from db.engine import Database
from pricedesk.cli import main
from tests.small_store import fill

Ended = tuple[int, str, str]  # exit code, standard output, standard error


@pytest.fixture
def pricedesk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ended]:
    """Runs the command line in this process, on the small shop without fits."""
    monkeypatch.setenv("PRICEDESK_HOME", str(tmp_path))
    monkeypatch.setenv("PRICEDESK_MODEL_ENABLED", "false")
    monkeypatch.setenv("PRICEDESK_MAX_CHANGE_PCT", "25")
    monkeypatch.delenv("PRICEDESK_USER", raising=False)
    database = Database(f"sqlite:///{tmp_path / 'pricedesk.db'}")
    database.migrate()
    fill(database)
    with database.session() as session:
        users.create(session, "mei", "a long pass phrase", "merchant")
        users.create(session, "root", "a long pass phrase", "admin")
    database.dispose()

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["pricedesk", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return run


def said(ended: Ended) -> Any:
    assert ended[0] == 0, ended[2]
    return json.loads(ended[1])


def in_force(pricedesk: Callable[..., Ended], *scope: str) -> dict[str, tuple[Any, str]]:
    return {row["rule"]: (row["value"], row["set_by"]) for row in said(pricedesk("rules", *scope, "--json"))}


def test_rules_are_set_shown_listed_and_restored(pricedesk: Callable[..., Ended]) -> None:
    assert in_force(pricedesk)["max_change_pct"] == (25, "settings")
    made = said(pricedesk(
        "rules", "set", "max_change_pct=5", 'endings={"GBP": [0.5]}', "four_eyes_from=low", "--category", "Tea",
        "--reason", "steady", "--json",
    ))  # fmt: skip
    assert (made["version"], made["author"], made["body"]["max_change_pct"]) == (1, "root", 5)
    tea = in_force(pricedesk, "--sku", "TEA-001")
    assert (tea["max_change_pct"], tea["four_eyes_from"]) == ((5, "category Tea"), ("low", "category Tea"))
    assert tea["min_margin_pct"] == (10, "settings")
    said(pricedesk("rules", "set", "--unset", "endings", "--category", "Tea", "--reason", "any", "--json"))
    assert in_force(pricedesk, "--category", "Tea")["endings"][1] == "settings"
    said(pricedesk("rules", "restore", 1, "--category", "Tea", "--reason", "back", "--json"))
    versions = said(pricedesk("rules", "history", "--category", "Tea", "--json"))
    assert [row["version"] for row in versions] == [3, 2, 1]
    assert versions[0]["body"] == versions[2]["body"]
    assert in_force(pricedesk, "--sku", "CND-001")["max_change_pct"] == (25, "settings")


def test_a_preview_is_printed_and_changes_nothing(pricedesk: Callable[..., Ended]) -> None:
    code, out, _ = pricedesk("rules", "preview", "min_margin_pct=90", "--category", "Candles")
    assert code == 0
    assert "3 of 3 products would have other rules." in out
    assert "3 products would have no lawful price any more" in out
    found = said(pricedesk("rules", "preview", "min_margin_pct=90", "--category", "Candles", "--json"))
    assert set(found["without"]) == {"CND-001", "CND-002", "CND-003"}
    assert in_force(pricedesk, "--category", "Candles")["min_margin_pct"] == (10, "settings")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("set", "max_change_pct=NaN", "--reason", "x"), "max_change_pct"),
        (("set", "max_change_pct", "--reason", "x"), "no field=value"),
        (("set", "nonsense=1", "--reason", "x"), "There is no rule nonsense"),
        (("set", "max_change_pct=5"), "no reason was given"),
        (("set", "max_change_pct=5", "--reason", "x", "--as", "mei"), "may not change"),
        (("set", "max_change_pct=5", "--reason", "x", "--category", "Cars"), "no category Cars"),
        (("set", "--unset", "endings", "--reason", "x"), "not set here"),
        (("preview", "max_change_pct=5", "--sku", "NONE"), "no product NONE"),
        (("restore", "7", "--reason", "x"), "no version 7"),
        (("--category", "Tea", "--sku", "TEA-001"), "not both"),
        (("--category", "Cars"), "no category Cars"),
    ],
)
def test_what_is_refused_ends_with_code_two_and_the_reason(
    pricedesk: Callable[..., Ended], arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = pricedesk("rules", *arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())
