"""The schema of a choice: small, closed, and without what the model must not spell."""

from typing import Any

import pytest

from agents.choosing import SENT, schema
from agents.roster import AGENTS


def arguments(sku: str | None) -> list[dict[str, Any]]:
    return [one["properties"]["arguments"] for agent in AGENTS for one in schema(agent.tools, sku)["anyOf"]]


def test_every_object_is_closed() -> None:
    for shape in arguments("TEA-001"):
        assert shape["additionalProperties"] is False
        assert set(shape["required"]) <= set(shape["properties"])


def test_the_product_is_given_and_never_spelt() -> None:
    assert all(s["properties"]["sku"] == {"const": "TEA-001"} for s in arguments("TEA-001") if "sku" in s["properties"])


def test_without_a_product_none_can_be_named_where_it_need_not_be() -> None:
    for shape in arguments(None):
        assert "sku" not in shape["properties"]


@pytest.mark.parametrize("sku", ["TEA-001", None])
def test_only_types_bounds_and_choices_are_sent(sku: str | None) -> None:
    for shape in arguments(sku):
        for name, field in shape["properties"].items():
            if name != "sku":
                assert field.keys() <= {*SENT, "maxLength"}


def test_free_words_have_an_end() -> None:
    words = [f for s in arguments("TEA-001") for f in s["properties"].values() if f.get("type") == "string"]
    assert words
    assert all("enum" in field or field["maxLength"] <= 200 for field in words)
