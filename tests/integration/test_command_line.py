"""Every command, on a state folder of its own: what it prints, what it writes, and how it ends."""

import csv
import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from db.engine import Database
from db.tables import Product
from pricedesk.cli import main
from pricing.folds import sample
from tests.small_store import HOSTILE, WARES, contents, small_home, small_knowledge

__all__ = ["small_home", "small_knowledge"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which has to be JSON and nothing else."""
        return json.loads(self.out, parse_constant=_no_json)


def _no_json(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


Pricedesk = Callable[..., Ended]


@pytest.fixture
def home(small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small shop's state folder, named by the environment."""
    shutil.copytree(small_home, tmp_path / "home")
    monkeypatch.setenv("PRICEDESK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PRICEDESK_USER", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder that does not exist yet."""
    monkeypatch.setenv("PRICEDESK_HOME", str(tmp_path / "new"))
    monkeypatch.delenv("PRICEDESK_USER", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "new"


@pytest.fixture
def pricedesk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Pricedesk:
    """Runs the command line in this process, as the installed script does."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["pricedesk", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return Ended(int(end.value.code or 0), out, err)

    return run


def stored(home: Path) -> dict[str, list[tuple[object, ...]]]:
    database = Database(f"sqlite:///{home / 'pricedesk.db'}")
    try:
        return contents(database)
    finally:
        database.dispose()


def price_in(home: Path, sku: str) -> Decimal | None:
    database = Database(f"sqlite:///{home / 'pricedesk.db'}")
    try:
        with database.reading() as session:
            return session.get_one(Product, sku).price
    finally:
        database.dispose()


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# -- reading ----------------------------------------------------------------------------------------------------------

FORECAST = ["sku", "week_start", "mean", "p05", "p10", "p50", "p90", "p95"]
ELASTICITY = ["sku", "elasticity", "ci_low", "ci_high", "level", "usable", "reason"]
PROPOSALS = [
    "sku", "current_price", "proposed_price", "expected_units", "expected_profit_change", "p_loss", "risk",
    "binding_rule", "reason",
]  # fmt: skip


def test_a_forecast_is_a_row_a_week_in_the_named_columns(pricedesk: Pricedesk, home: Path) -> None:
    rows = pricedesk("forecast", "tea-001", "--weeks", 4, "--json").json
    assert [list(row) for row in rows] == [FORECAST] * 4
    assert [row["week_start"] for row in rows] == ["2025-12-29", "2026-01-05", "2026-01-12", "2026-01-19"]
    assert all(row["p05"] <= row["p10"] <= row["p50"] <= row["p90"] <= row["p95"] for row in rows)
    dearer = pricedesk("forecast", "TEA-001", "--price", 5.49, "--json").json
    assert dearer[0]["mean"] < rows[0]["mean"]


def test_forecasts_of_the_whole_catalogue_go_to_a_file(pricedesk: Pricedesk, home: Path) -> None:
    done = pricedesk("forecast", "--all", "--weeks", 2, "--out", "forecasts.csv")
    assert (done.code, done.out) == (0, "")
    rows = listed(Path("forecasts.csv"))
    assert list(rows[0]) == FORECAST
    assert len(rows) == 9 * 2
    assert {row["mean"] for row in rows if row["sku"] == "SPN-001"} == {""}  # it has no price
    assert all(float(row["mean"]) > 0 for row in rows if row["sku"] == "KET-001")
    assert "forecast by analogy" in done.err


def test_a_product_that_never_sold_is_forecast_with_a_caution_beside(pricedesk: Pricedesk, home: Path) -> None:
    done = pricedesk("forecast", "KET-001", "--weeks", 2, "--json")
    assert [row["mean"] > 0 for row in done.json] == [True, True]
    assert "no sale yet: forecast by analogy" in done.err
    assert pricedesk("forecast", "TEA-001", "--json").err == ""


def test_an_elasticity_has_an_interval_or_a_reason(pricedesk: Pricedesk, home: Path) -> None:
    rows = {row["sku"]: row for row in pricedesk("elasticity", "--all", "--json").json}
    assert list(rows["TEA-001"]) == ELASTICITY
    assert len(rows) == 9
    for row in rows.values():
        assert row["usable"] == (not row["reason"])
        if row["usable"]:
            assert row["ci_low"] < row["elasticity"] < row["ci_high"]
    pricedesk("elasticity", "TEA-001", "--out", "e.csv")
    assert listed(Path("e.csv"))[0]["usable"] == "true"


@pytest.mark.parametrize("command", ["risk", "what-if"])
def test_a_price_is_weighed_against_today_s(command: str, pricedesk: Pricedesk, home: Path) -> None:
    (row,) = pricedesk(command, "TEA-001", "--price", 5.49, "--json").json
    assert (row["sku"], row["price"], row["current"], row["basis"]) == ("TEA-001", 5.49, 4.95, "profit")
    assert row["change_low"] < row["change"] < row["change_high"]
    assert 0 <= row["p_loss"] <= 1
    assert row["level"] in ("low", "medium", "high")
    assert "p_loss" in pricedesk(command, "TEA-001", "--price", 5.49).out


def test_recommendations_are_related_products_or_what_to_reprice(pricedesk: Pricedesk, home: Path) -> None:
    related = pricedesk("recommend", "TEA-001", "--json").json
    assert related[0]["other"] == "TEA-002"
    first = pricedesk("recommend", "--json").json
    assert all(row["gain"] > 0 and row["name"] for row in first)


def test_passages_are_found_by_meaning_with_their_source(pricedesk: Pricedesk, home: Path) -> None:
    rows = pricedesk("search", "a pleasant smell", "--sku", "TEA-001", "--json").json
    assert list(rows[0]) == ["text", "sku", "kind", "source", "score", "language", "written_on", "rating", "copies"]
    assert {row["sku"] for row in rows} == {"TEA-001"}
    assert pricedesk("search", "蓝色", "--json").json[0]["sku"] == "MUG-001"


def test_a_hostile_text_is_printed_as_text(pricedesk: Pricedesk, home: Path) -> None:
    rows = pricedesk("search", "instructions", "--sku", "MUG-001", "--n", 9, "--json").json
    assert HOSTILE in {row["text"] for row in rows}


# -- asking -----------------------------------------------------------------------------------------------------------


def test_an_answer_has_the_agreed_shape(pricedesk: Pricedesk, home: Path) -> None:
    done = pricedesk("ask", "What should I charge for the vanilla candle?", "--json")
    assert done.code == 0
    answer = done.json
    assert list(answer) == ["request", "answer", "facts", "proposals", "steps", "fallback"]
    assert answer["request"] == {"tool": "propose_price", "product": "vanilla candle"}
    assert answer["fallback"] is True
    assert answer["proposals"][0]["sku"] == "CND-002"
    assert answer["proposals"][0]["status"] == "proposed"
    assert {"id", "label", "value", "unit", "source", "name"} <= answer["facts"][0].keys()
    assert {"name", "by", "tool", "arguments", "why", "seconds"} <= answer["steps"][0].keys()
    assert {step["by"] for step in answer["steps"]} == {"planner", "code"}
    assert set(re.findall(r"\(#(F\d+)\)", answer["answer"])) <= {fact["id"] for fact in answer["facts"]}


def test_steps_are_told_while_they_happen_and_the_planner_is_marked(pricedesk: Pricedesk, home: Path) -> None:
    done = pricedesk("ask", "茉莉花绿茶下个月能卖多少?")
    assert "understand [planner]" in done.err
    assert "茉莉花绿茶" in done.out
    assert done.out.rstrip().endswith("(planner)")


@pytest.mark.parametrize("text", ["", "qwertz", "x" * 20_000, "What should I charge for the flux capacitor?"])
def test_a_question_without_an_answer_gets_one_all_the_same(text: str, pricedesk: Pricedesk, home: Path) -> None:
    answer = pricedesk("ask", text, "--json")
    assert answer.code == 0
    assert len(answer.json["answer"]) > 20
    assert answer.json["proposals"] == []


def test_a_thread_that_is_named_goes_on(pricedesk: Pricedesk, home: Path) -> None:
    pricedesk("ask", "What if I sell the jasmine green tea at 5.25?", "--thread", "mine")
    answer = pricedesk("ask", "and at 5.49 instead?", "--thread", "mine", "--json").json
    assert (answer["request"]["tool"], answer["request"]["price"]) == ("what_if", 5.49)
    assert "£5.49" in answer["answer"]


# -- proposing and deciding -------------------------------------------------------------------------------------------


def test_proposals_for_named_products_have_the_agreed_columns(pricedesk: Pricedesk, home: Path) -> None:
    rows = pricedesk("propose", "cnd-002", "KET-001", "NO-SUCH", "--json").json
    assert [list(row) for row in rows] == [["id", *PROPOSALS]] * 3
    candle, kettle, unknown = rows
    assert candle["id"] == 1
    assert candle["proposed_price"] > candle["current_price"]
    assert (kettle["id"], kettle["proposed_price"]) == (None, None)
    assert "no sale" in kettle["reason"]
    assert "NO-SUCH" in unknown["reason"]


def test_proposals_for_the_whole_catalogue_go_to_a_file(pricedesk: Pricedesk, home: Path) -> None:
    pricedesk("propose", "--all", "--max-change-pct", 5, "--out", "proposals.csv")
    rows = listed(Path("proposals.csv"))
    assert list(rows[0]) == PROPOSALS
    assert len(rows) == 9
    for row in rows:
        if row["proposed_price"]:
            assert abs(float(row["proposed_price"]) / float(row["current_price"]) - 1) <= 0.05 + 1e-9
    waiting = pricedesk("proposals", "--json").json
    assert {row["status"] for row in waiting} == {"proposed"}
    assert {row["sku"] for row in waiting} <= {row["sku"] for row in rows if row["proposed_price"]}


def test_from_a_proposal_to_the_price_list_and_back(pricedesk: Pricedesk, home: Path) -> None:
    number = pricedesk("propose", "CND-002", "--as", _user(pricedesk, "mei", "merchant"), "--json").json[0]["id"]
    sam = _user(pricedesk, "sam", "approver")
    assert pricedesk("edit", number, "--price", "6.25", "--as", sam, "--json").json["status"] == "proposed"
    assert pricedesk("approve", number, "--as", sam, "--json").json["status"] == "approved"
    assert price_in(home, "CND-002") == Decimal("5.95")
    assert "applied" in pricedesk("apply", number, "--as", sam).out
    assert price_in(home, "CND-002") == Decimal("6.25")
    assert [(row["sku"], row["price"]) for row in listed(home / "pricelist.csv")] == [("CND-002", "6.25")]
    assert "rolled back" in pricedesk("rollback", number, "--as", sam).out
    assert price_in(home, "CND-002") == Decimal("5.95")
    moves = pricedesk("audit", "--json").json
    assert {(row["to_status"], row["actor"]) for row in moves} == {
        ("proposed", "desk"), ("proposed", "sam"), ("approved", "sam"), ("applied", "sam"), ("rolled_back", "sam"),
    }  # fmt: skip
    assert pricedesk("audit", "--verify", "--json").json == {"intact": True}


def _user(pricedesk: Pricedesk, name: str, role: str) -> str:
    made = pricedesk("user", "add", name, "--role", role, "--json").json
    assert (made["name"], made["role"]) == (name, role)
    assert len(made["password"]) >= 12
    return name


def test_a_rejection_is_remembered(pricedesk: Pricedesk, home: Path) -> None:
    number = pricedesk("propose", "CND-002", "--json").json[0]["id"]
    assert pricedesk("reject", number, "--reason", "too dear", "--json").json["status"] == "rejected"
    (again,) = pricedesk("propose", "CND-002", "--json").json
    assert again["id"] is None
    assert "rejected" in again["reason"]


def test_exports_hold_what_the_store_holds(pricedesk: Pricedesk, home: Path) -> None:
    pricedesk("propose", "CND-002")
    for what, header, rows in (("prices", "sku", 9), ("proposals", "status", 1), ("audit", "to_status", 1)):
        assert pricedesk("export", "--what", what, "--out", f"{what}.csv").code == 0
        exported = listed(Path(f"{what}.csv"))
        assert header in exported[0]
        assert len(exported) == rows


def test_people_are_listed_without_their_passwords(pricedesk: Pricedesk, home: Path) -> None:
    _user(pricedesk, "mei", "merchant")
    assert pricedesk("user", "list", "--json").json == [{"name": "mei", "role": "merchant", "active": True}]


# -- bringing data in -------------------------------------------------------------------------------------------------


def _store(folder: Path) -> Path:
    folder.mkdir()
    (folder / "products.csv").write_text("sku,name,currency,price,cost\nCUP-1,Cup,GBP,4.95,2\n", "utf-8")
    lines = "".join(f"2026-01-{day:02},CUP-1,{day % 3 + 1},4.95\n" for day in range(1, 29))
    (folder / "sales.csv").write_text(f"date,sku,units,price\n{lines}2026-01-32,CUP-1,1,4.95\n", "utf-8")
    return folder


def test_an_import_says_what_it_kept_and_what_it_turned_away(pricedesk: Pricedesk, empty: Path) -> None:
    folder = _store(empty.parent / "store")
    report = pricedesk("import", folder, "--json").json
    assert (report["read"], report["kept"]) == (30, 29)
    assert sum(report["rejected"].values()) == 1
    assert any((empty / "rejects").iterdir())
    assert "already imported" in pricedesk("import", folder, "--no-fit").out
    assert pricedesk("forecast", "CUP-1", "--weeks", 1, "--json").json[0]["mean"] > 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sales.csv", b"not,a,store\n1,2,3\n"),
        ("sales.csv", b"\x00\xff\xfe\x00 garbage"),
        ("sales.csv", b""),
        ("sales.xlsx", b"PK\x03\x04 broken"),
        ("sales.parquet", b"PAR1 broken"),
        ("notes.txt", b"hello"),
    ],
)
def test_a_damaged_file_is_refused_and_changes_nothing(
    name: str, content: bytes, pricedesk: Pricedesk, home: Path
) -> None:
    pricedesk("proposals")  # the first command of all notes the rules of the settings
    before = stored(home)
    Path(name).write_bytes(content)
    done = pricedesk("import", name)
    assert done.code == 2, done.err
    assert name in done.err
    assert "Traceback" not in done.err
    assert stored(home) == before


def test_a_refresh_says_how_much_can_be_acted_on(pricedesk: Pricedesk, home: Path) -> None:
    done = pricedesk("refresh", "--json").json
    assert done["products"] == 9
    assert 0 < done["usable"] < 9


def test_the_demo_store_is_marked_as_simulated_and_never_mixed(pricedesk: Pricedesk, empty: Path) -> None:
    report = pricedesk("demo", "--products", 6, "--json").json
    assert report["products"] == 6
    assert (empty / "demo-truth.parquet").exists()
    assert ("'simulated'", "'yes'") in stored(empty)["store_info"]
    rows = pricedesk("propose", "--all", "--json").json
    assert len(rows) >= 5


# -- how good the forecasts are ---------------------------------------------------------------------------------------

PEERS = ["Naive", "SeasonalNaive", "AutoETS", "CrostonSBA", "HistoricAverage", "8-week mean"]


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_backtest_prints_ours_beside_the_peers_and_a_verdict(pricedesk: Pricedesk) -> None:
    done = pricedesk("forecast", "--backtest", "--folds", 2)
    assert done.code == 0
    assert all(f" {name} " in done.out for name in ["Pricedesk", *PEERS])
    assert re.search(r"^(Best here: |No clear winner: ).*held \d+\.\d % of 56 weeks", done.out.splitlines()[-1])
    said = pricedesk("forecast", "--backtest", "--folds", 2, "--json").json
    assert said["verdict"] == done.out.splitlines()[-1]
    assert said["dates"] == ["2025-11-03", "2025-12-01"]
    assert [row["method"] for row in said["scores"] if row["part"] == "all"] == ["Pricedesk", *PEERS]


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_backtest_of_a_sample_or_of_one_product_goes_to_a_file(pricedesk: Pricedesk) -> None:
    def weeks(name: str, *arguments: object) -> set[str]:
        assert pricedesk("forecast", *arguments, "--backtest", "--folds", 1, "--out", name).code == 0
        return {row["weeks"] for row in listed(Path(name)) if row["part"] == "all"}

    skus = sorted(ware.sku for ware in WARES)
    drawn = [skus[i] for i in sample(skus, 3)]
    assert weeks("some.csv", "--sample", 3) == {str(4 * sum(w.weekly > 0 for w in WARES if w.sku in drawn))}
    assert weeks("all.csv", "--sample", 3, "--all") == {str(4 * 7)}
    assert weeks("tea.csv", "tea-001", "--weeks", 2) == {"2"}
    assert {row["part"] for row in listed(Path("tea.csv"))} == {"all", "fast", "week 1", "week 2"}


@pytest.mark.usefixtures("home")
def test_a_backtest_without_the_extra_is_refused_before_any_work(
    pricedesk: Pricedesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "statsforecast", None)
    done = pricedesk("forecast", "--backtest", "--out", "f.csv")
    assert (done.code, done.out) == (2, "")
    assert "pricedesk[backtest]" in done.err
    assert not Path("f.csv").exists()


# -- how a command ends -----------------------------------------------------------------------------------------------

REFUSED = [
    ("forecast", "NO-SUCH"),
    ("forecast", "KET-001", "--price", "30"),
    ("forecast", "SPN-001"),
    ("forecast", "TWL-001", "--price", "6.99"),
    ("forecast", "TEA-001", "--price", "-1"),
    ("forecast", "TEA-001", "--price", "0"),
    ("forecast", "TEA-001", "--price", "nan"),
    ("forecast", "TEA-001", "--weeks", "0"),
    ("forecast", "TEA-001", "--weeks", "99"),
    ("forecast", "TEA-001", "--out", "no-such-folder/f.csv"),
    ("forecast", "NO-SUCH", "--backtest"),
    ("forecast", "TEA-001", "--backtest", "--price", "4"),
    ("forecast", "--backtest", "--weeks", "26", "--folds", "4"),
    ("forecast", "--backtest", "--folds", "0"),
    ("forecast", "--backtest", "--sample", "0"),
    ("elasticity", "NO-SUCH"),
    ("what-if", "TEA-001", "--price", "0"),
    ("what-if", "TEA-001", "--price", "-2"),
    ("what-if", "TEA-001", "--price", "nan"),
    ("what-if", "TEA-001", "--price", "inf"),
    ("what-if", "TEA-001", "--price", "cheap"),
    ("what-if", "TEA-001", "--price", "1e300"),
    ("recommend", "--n", "0"),
    ("search", "tea", "--n", "-1"),
    ("demo", "--seed", "-1"),
    ("what-if", "TWL-001", "--price", "6.99"),
    ("what-if", "NO-SUCH", "--price", "1"),
    ("risk", "KET-001", "--price", "30"),
    ("recommend", "NO-SUCH"),
    ("propose",),
    ("propose", "TEA-001", "--goal", "glory"),
    ("propose", "TEA-001", "--weeks", "0"),
    ("propose", "TEA-001", "--max-change-pct", "-5"),
    ("propose", "TEA-001", "--min-margin-pct", "100"),
    ("propose", "TEA-001", "--as", "nobody"),
    ("ask", "What?", "--as", "nobody"),
    ("approve", "99"),
    ("approve", "one"),
    ("reject", "1"),
    ("edit", "1"),
    ("edit", "1", "--price", "cheap"),
    ("edit", "1", "--price", "nan"),
    ("edit", "1", "--price", "-1"),
    ("edit", "1", "--price", "0.01"),
    ("apply", "1"),
    ("rollback", "1"),
    ("proposals", "--status", "lost"),
    ("user", "add", "mei", "--role", "king"),
    ("user", "add", " ", "--role", "merchant"),
    ("import", "no-such-file.csv"),
    ("import", "no-such-file.csv", "--format", "telepathy"),
    ("export", "--what", "secrets", "--out", "x.csv"),
    ("export", "--what", "prices", "--out", "x.docx"),
    ("serve", "--data", "no-such-folder"),
    ("demo", "--products", "0"),
    ("fly",),
]


@pytest.fixture
def proposed(pricedesk: Pricedesk, home: Path) -> Path:
    """The shop with one proposal that waits."""
    assert pricedesk("propose", "CND-002", "--json").json[0]["id"] == 1
    return home


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_a_refusal_ends_with_2_says_why_and_writes_nothing(
    arguments: tuple[str, ...], pricedesk: Pricedesk, proposed: Path
) -> None:
    before = stored(proposed)
    done = pricedesk(*arguments)
    assert done.code == 2, f"{done.code}: {done.err[-800:]}"
    assert len(done.err.strip()) > 10
    assert "Traceback" not in done.err
    assert done.out == ""
    assert stored(proposed) == before


@pytest.mark.slow  # it imports the whole page
def test_a_port_that_is_taken_is_refused(pricedesk: Pricedesk, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = pricedesk("serve", "--port", port)
    assert done.code == 2
    assert f"Port {port} is taken" in done.err


def test_a_fault_ends_with_1_and_a_number_to_look_up(
    pricedesk: Pricedesk, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(home / "knowledge")
    (home / "knowledge").write_text("not a folder")
    (home / "threads.db").write_bytes(b"not a database, for certain" * 100)
    done = pricedesk("ask", "What sold last month?")
    assert done.code == 1
    fault = re.search(r"Fault ([0-9a-f]{8})", done.err)
    assert fault
    assert fault[1] in caplog.text


@pytest.mark.slow
def test_the_installed_module_ends_as_it_does_here(home: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pricedesk.cli", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    good, bad = run("proposals", "--json"), run("approve", "99")
    assert (good.returncode, json.loads(good.stdout)) == (0, [])
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "There is no proposal 99" in bad.stderr


def test_help_names_every_command(pricedesk: Pricedesk, empty: Path) -> None:
    done = pricedesk("--help")
    assert done.code == 0
    for command in (
        "demo", "import", "export", "refresh", "forecast", "elasticity", "recommend", "risk", "what-if", "propose",
        "ask", "approve", "reject", "edit", "apply", "rollback", "proposals", "audit", "search", "model", "serve",
    ):  # fmt: skip
        assert re.search(rf"^\W*{command}\b", done.out, re.MULTILINE), command
    assert not empty.exists()
