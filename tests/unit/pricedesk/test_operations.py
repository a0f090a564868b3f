"""The table of settings in the docs is that of the code."""

import re
from pathlib import Path

from pricedesk.settings import Settings

PAGE = Path(__file__).parents[3] / "docs" / "operations.md"


def test_the_docs_name_every_setting_and_no_other() -> None:
    table = PAGE.read_text("utf-8").partition("## Settings")[2].partition("## Backup")[0]
    rows = re.findall(r"^\| ([a-z_, ]+) \|", table, re.MULTILINE)
    named = [name.strip() for row in rows for name in row.split(",")]
    assert sorted(named) == sorted({*Settings.model_fields, "setting"})
