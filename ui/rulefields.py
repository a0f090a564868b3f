"""The rules as fields of a form: what is typed becomes a rule, and a rule the words that are shown."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.rendering import Language
from db.rules import LEVELS, POLICY, BadRulesError
from ui.words import say

Form = Literal["number", "switch", "endings", "signers", "level"]
CURRENCY = re.compile(r"\s*([A-Za-z]{3})\s*:([\d.,\s]*)")
SIGNERS = tuple(f"{level}:{role}" for level in LEVELS for role in ("approver", "admin"))


@dataclass(frozen=True)
class Field:
    """One rule and what it is typed in as."""

    name: str
    form: Form = "number"

    @property
    def is_policy(self) -> bool:
        return self.name in POLICY

    def read(self, typed: Any, language: Language) -> Any:
        """The rule in JSON types. Raises BadRulesError, which names the field."""
        return READERS[self.form](self.name, typed, language)

    def typed(self, value: Any) -> Any:
        """The value as it stands in the form."""
        if self.form == "number":
            return "" if value is None else f"{value:g}"
        if self.form == "endings":
            return "; ".join(f"{code}: {' '.join(f'{end:g}' for end in ends)}".strip() for code, ends in value.items())
        if self.form == "signers":
            return [f"{level}:{role}" for level in LEVELS for role in value.get(level, ())]
        return value

    def shown(self, value: Any, language: Language) -> str:
        """The value for a person to read."""
        if value is None:
            return say("rules_none", language)
        if self.form == "switch":
            return say("rules_yes" if value else "rules_no", language)
        if self.form == "level":
            return say(f"risk_name_{value}", language)
        if self.form == "signers":
            return "; ".join(f"{say(f'risk_name_{k}', language)}: {_roles(v, language)}" for k, v in value.items())
        if self.form == "endings":
            any_ending = say("rules_any_ending", language)
            return "; ".join(
                f"{code}: {' '.join(f'{e:g}' for e in ends) or any_ending}" for code, ends in value.items()
            )
        return f"{value:g}"


def _roles(roles: Sequence[str], language: Language) -> str:
    return ", ".join(say(f"role_{role}", language) for role in roles)


def _number(name: str, typed: Any, language: Language) -> float | int | None:
    text = str(typed if typed is not None else "").strip().removesuffix("%").strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise BadRulesError(name, say("rules_bad_number", language, value=text[:40])) from None
    return int(number) if number.is_integer() else number


def _endings(name: str, typed: Any, language: Language) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for part in filter(str.strip, re.split(r"[;\n；]", str(typed or "").replace("：", ":"))):
        match = CURRENCY.fullmatch(part)
        if match is None:
            raise BadRulesError(name, say("rules_bad_endings", language, value=part.strip()[:40]))
        try:
            found[match[1].upper()] = [float(end) for end in re.split(r"[\s,]+", match[2].strip()) if end]
        except ValueError:
            raise BadRulesError(name, say("rules_bad_endings", language, value=part.strip()[:40])) from None
    return found


def _signers(name: str, typed: Any, language: Language) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in typed or ():
        level, _, role = str(one).partition(":")
        found.setdefault(level, []).append(role)
    return found


READERS: Mapping[Form, Callable[[str, Any, Language], Any]] = {
    "number": _number,
    "endings": _endings,
    "signers": _signers,
    "switch": lambda name, typed, language: bool(typed),
    "level": lambda name, typed, language: typed,
}
FIELDS = (
    Field("max_change_pct"),
    Field("min_margin_pct"),
    Field("days_between_changes"),
    Field("competitor_low_pct"),
    Field("competitor_high_pct"),
    Field("respect_map", "switch"),
    Field("endings", "endings"),
    Field("respect_prior_price", "switch"),
    Field("prior_price_days"),
    Field("signers", "signers"),
    Field("four_eyes_from", "level"),
    Field("merchant_change_pct"),
    Field("proposal_days"),
)
