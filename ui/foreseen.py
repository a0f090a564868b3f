"""What a change of rules would do, as HTML."""

from agents.rendering import Language
from tools.rules import Preview, Range, Touched, Waiting
from ui.amounts import money
from ui.card import rule_name, status_name
from ui.markup import Html, el, joined
from ui.tables import table
from ui.words import say

MOST = 25  # rows of each table
PRODUCTS = ("rules_col_product", "rules_col_price", "rules_col_before", "rules_col_after", "rules_col_binding",
            "rules_col_best")  # fmt: skip
WAITING = ("col_proposal", "rules_col_product", "rules_col_proposed", "rules_col_lawful")


def foreseen(preview: Preview, language: Language) -> Html:
    """Counts first, then the products and proposals behind them."""
    if not preview.affected:
        return el("p", say("rules_same", language), class_="pd-told")
    counts = (
        ("rules_affected", f"{preview.affected:,} / {preview.products:,}"),
        ("rules_repriced", f"{len(preview.repriced):,}"),
        ("rules_expiring", f"{len(preview.expiring):,}"),
        ("rules_unlawful", f"{len(preview.unlawful):,}"),
        ("rules_without", f"{len(preview.without):,}"),
    )
    cells = (el("div", el("dt", say(name, language)), el("dd", value)) for name, value in counts)
    parts = [el("dl", *cells, class_="pd-figures")]
    if preview.sampled:
        some = say("rules_sampled", language, looked=preview.looked_at, affected=preview.affected)
        parts.append(el("p", some, class_="pd-faint"))
    if preview.why:
        parts.append(el("ul", *(el("li", f"{sku}: {why}") for sku, why in preview.why.items()), class_="pd-refused"))
    if preview.expiring:
        heads = [say(name, language) for name in WAITING]
        rows = (_waiting(one, language) for one in preview.expiring[:MOST])
        parts.append(table(say("rules_waiting", language), heads, rows))
    if preview.touched:
        heads = [say(name, language) for name in PRODUCTS]
        rows = (_touched(one, language) for one in preview.touched[:MOST])
        parts.append(table(say("rules_touched", language), heads, rows))
    return joined(*parts)


def _touched(one: Touched, language: Language) -> list[str]:
    best = [money(p, one.currency, language) if p else "–" for p in (one.best_before, one.best_after)]
    binding = (rule_name(rule, language) for rule in dict.fromkeys((one.after.low_rule, one.after.high_rule)) if rule)
    return [
        f"{one.name} ({one.sku})",
        money(one.price, one.currency, language),
        _range(one.before, one.currency, language),
        _range(one.after, one.currency, language),
        ", ".join(binding),
        " → ".join(best),
    ]


def _range(limits: Range, currency: str, language: Language) -> str:
    if limits.low is None or limits.high is None:
        return say("rules_no_price", language)
    return f"{money(limits.low, currency, language)} – {money(limits.high, currency, language)}"


def _waiting(one: Waiting, language: Language) -> list[str]:
    lawful = "–" if one.lawful is None else say("rules_yes" if one.lawful else "rules_no", language)
    return [
        f"{one.id} · {status_name(one.status, language)}",
        one.sku,
        money(one.price, one.currency, language),
        lawful,
    ]
