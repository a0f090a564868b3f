import pytest

from db.rules import FIELDS as RULES
from db.rules import BadRulesError
from ui.rulefields import FIELDS

BY_NAME = {field.name: field for field in FIELDS}


def test_every_rule_has_a_field() -> None:
    assert sorted(BY_NAME) == sorted(RULES)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("max_change_pct", " 12.5 % ", 12.5),
        ("days_between_changes", "7", 7),
        ("competitor_low_pct", "", None),
        ("endings", "GBP: 0.95 0.99; EUR:", {"GBP": [0.95, 0.99], "EUR": []}),
        ("endings", "gbp： 0.5；", {"GBP": [0.5]}),
        ("signers", ["low:approver", "high:admin"], {"low": ["approver"], "high": ["admin"]}),
        ("respect_map", True, True),
    ],
)
def test_what_is_typed_becomes_a_rule(name: str, typed: object, value: object) -> None:
    assert BY_NAME[name].read(typed, "en") == value


@pytest.mark.parametrize(
    ("name", "typed"), [("max_change_pct", "much"), ("endings", "0.95"), ("endings", "GBP: 0.9.5")]
)
def test_a_refusal_names_its_field(name: str, typed: str) -> None:
    with pytest.raises(BadRulesError) as refusal:
        BY_NAME[name].read(typed, "zh")
    assert refusal.value.field == name


@pytest.mark.parametrize(
    ("name", "value"),
    [("endings", {"GBP": [0.95], "EUR": []}), ("signers", {"low": ["approver", "admin"]}), ("proposal_days", None)],
)
def test_a_rule_stands_in_the_form_as_it_is_read(name: str, value: object) -> None:
    field = BY_NAME[name]
    assert field.read(field.typed(value), "en") == value
