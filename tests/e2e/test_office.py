"""Stories of the office: the audit, the rules, the import and the settings, by people of different roles."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from served import PASSWORD, Arrive, Served
from visitor import PATIENCE, Visitor

from db import users
from db.engine import Database

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def eva(served: Served) -> str:
    """An admin of the shop that is served."""
    database = Database(f"sqlite:///{served.home / 'pricedesk.db'}")
    with database.session() as session:
        users.create(session, "eva", PASSWORD, "admin")
    database.dispose()
    return "eva"


def _at(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(f"#{name}")


def _field(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(f"#{name} :is(input, textarea)").first


def test_an_admin_sees_what_a_rule_would_do_before_it_is_saved(arrive: Arrive, eva: str) -> None:
    admin = arrive(eva)
    admin.open_tab("rules")
    expect(_at(admin, "rules-note-max_change_pct")).to_contain_text("from the settings", timeout=PATIENCE)
    _field(admin, "rules-max_change_pct-own").check()
    _field(admin, "rules-max_change_pct").fill("over the moon")
    _at(admin, "rules-preview").click()
    expect(_at(admin, "rules-note-max_change_pct").get_by_role("alert")).to_contain_text("no number", timeout=PATIENCE)

    _field(admin, "rules-max_change_pct").fill("28")
    _field(admin, "rules-reason").fill("calmer prices")
    _at(admin, "rules-save").click()
    expect(_at(admin, "rules-told")).to_contain_text("Preview first", timeout=PATIENCE)
    _at(admin, "rules-preview").click()
    expect(_at(admin, "rules-foreseen")).to_contain_text("products under other rules", timeout=PATIENCE)
    _at(admin, "rules-save").click()
    expect(_at(admin, "rules-told")).to_contain_text("version 1", timeout=PATIENCE)
    expect(_at(admin, "rules-note-max_change_pct")).to_contain_text("28 (set here)")

    admin.open_tab("audit")
    expect(_at(admin, "moves")).to_contain_text("calmer prices", timeout=PATIENCE)
    _at(admin, "verify").click()
    expect(_at(admin, "verified")).to_contain_text("The trail is intact", timeout=PATIENCE)
    _at(admin, "audit-csv").click()
    expect(_at(admin, "verified")).to_contain_text("exported whole", timeout=PATIENCE)


def test_a_merchant_reads_the_rules_and_does_not_change_them(arrive: Arrive) -> None:
    mei = arrive("mei", "zh")
    mei.open_tab("rules")
    expect(_at(mei, "rules-hint")).to_contain_text("您是商家", timeout=PATIENCE)
    expect(_field(mei, "rules-max_change_pct")).to_be_disabled()
    expect(_at(mei, "rules-save")).to_have_count(0)
    _at(mei, "rules-preview").click()
    expect(_at(mei, "rules-foreseen")).to_contain_text("没有变化", timeout=PATIENCE)


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [("mei", "zh", ("已导入", "拒绝", "弹性和预测已更新")), ("eva", "en", ("imported", "rejected", "are up to date"))],
)
def test_a_file_whose_columns_have_other_names_is_imported(
    arrive: Arrive, tmp_path: Path, eva: str, name: str, language: str, said: tuple[str, str, str]
) -> None:
    visitor = arrive(name, language)
    file = tmp_path / "from_shop.csv"
    file.write_text(f"货号,商品名称,售价,备注\nJUG-2{name},enamel jug,18.50,x\nJUG-3{name},,19.50,x\n", "utf-8")
    visitor.open_tab("import")
    visitor.page.locator("#imports-file input[type=file]").set_input_files(file)
    expect(_at(visitor, "imports-said")).to_contain_text("货号 → sku", timeout=PATIENCE)
    _at(visitor, "imports-start").click()
    done, rejected, refreshed = said
    told = _at(visitor, "imports-told")
    expect(told).to_contain_text(re.compile(done, re.IGNORECASE), timeout=PATIENCE)
    expect(told).to_contain_text(rejected)
    expect(_at(visitor, "imports-rejects")).to_contain_text("rejects", timeout=PATIENCE)
    expect(_at(visitor, "imports-refresh")).to_contain_text(refreshed, timeout=PATIENCE)


def test_an_approver_imports_nothing(arrive: Arrive) -> None:
    ann = arrive("ann")
    ann.open_tab("import")
    expect(_at(ann, "imports-intro")).to_contain_text("by merchants and admins", timeout=PATIENCE)
    expect(_at(ann, "imports-start")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "language", "keys", "revoked"),
    [("ann", "en", "API keys", "revoked"), ("mei", "zh", "API 密钥", "已撤销")],
)
def test_a_key_is_shown_once_and_revoked(arrive: Arrive, name: str, language: str, keys: str, revoked: str) -> None:
    visitor = arrive(name, language)
    visitor.open_tab("settings")
    expect(_at(visitor, "set-desk")).to_contain_text("GBP", timeout=PATIENCE)
    expect(_at(visitor, "set-people")).to_have_count(0)
    _at(visitor, "set-keys").get_by_role("button", name=keys).click()
    _field(visitor, "set-key-name").fill("the till")
    _at(visitor, "set-scopes").get_by_label("read", exact=True).check()
    _at(visitor, "set-make-key").click()
    expect(_at(visitor, "set-keys-told").locator(".pd-secret")).to_contain_text("pd_", timeout=PATIENCE)
    expect(_at(visitor, "set-keys").locator("table")).to_contain_text("the till")
    visitor.open_tab("audit")
    visitor.open_tab("settings")
    _field(visitor, "set-key").click()
    visitor.page.get_by_role("option", name=f"the till ({name})").click()
    _at(visitor, "set-revoke").click()
    expect(_at(visitor, "set-keys").locator("table")).to_contain_text(revoked, timeout=PATIENCE)


def test_a_person_s_language_holds_in_every_browser(arrive: Arrive, eva: str) -> None:
    admin = arrive(eva)
    admin.open_tab("settings")
    _at(admin, "set-language").get_by_label("Chinese").check()
    expect(admin.page.get_by_role("tab", name="设置", exact=True)).to_be_visible(timeout=PATIENCE)
    other = arrive(eva)
    expect(other.page.get_by_role("tab", name="设置", exact=True)).to_be_visible(timeout=PATIENCE)
    other.language = "zh"
    other.open_tab("settings")
    _at(other, "set-language").get_by_label("跟随浏览器").check()
    expect(other.page.get_by_role("tab", name="Settings", exact=True)).to_be_visible(timeout=PATIENCE)


def test_the_tour_is_taken_by_keyboard_and_not_shown_again(visit: Arrive) -> None:
    bob = visit("en", tour=True)
    bob.arrive("bob", PASSWORD)
    tour = bob.page.get_by_role("dialog", name="A short tour")
    expect(tour).to_contain_text("1 of 3", timeout=PATIENCE)
    expect(tour).to_be_focused()
    bob.page.keyboard.press("ArrowRight")
    expect(tour).to_contain_text("2 of 3")
    bob.page.keyboard.press("Escape")
    expect(tour).to_have_count(0)
    bob.page.reload()
    expect(bob.page.locator(".pd-who")).to_contain_text("bob", timeout=PATIENCE)
    expect(tour).to_have_count(0)
