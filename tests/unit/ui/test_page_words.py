import re

from agents.roster import AGENTS
from db.tables import ROLES, STATUSES
from tools.facts import Source
from ui.language import translations
from ui.words import PAGES, STATIC, WORDS

SLOT = re.compile(r"\{(\w+)\}")
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_text_has_the_same_slots_in_both_languages() -> None:
    assert {k for k, (en, zh) in WORDS.items() if sorted(SLOT.findall(en)) != sorted(SLOT.findall(zh))} == set()


def test_every_text_is_written_in_its_language() -> None:
    same = {"title", "source_sql"}
    assert {k for k, (en, zh) in WORDS.items() if HAN.search(en) or not HAN.search(zh)} == same


def test_every_status_role_analyst_and_source_has_a_name() -> None:
    wanted = {f"status_{one}" for one in STATUSES} | {f"role_{one}" for one in ROLES}
    wanted |= {f"step_{agent.name}" for agent in AGENTS}
    wanted |= {f"source_{kind}" for kind in Source.__dataclass_fields__["kind"].type.__args__}
    assert wanted - WORDS.keys() == set()


def test_a_chosen_language_holds_for_every_browser() -> None:
    said = translations("zh").translations_dict
    assert said["en"] == said["zh-CN"] == {key: WORDS[key][1] for key in STATIC}
    assert translations("auto").translations_dict["en"]["send"] == "Send"


def test_no_two_pages_say_the_same_word_differently() -> None:
    keys = [key for said in PAGES for key in said.WORDS]
    assert len(keys) == len(set(keys))
