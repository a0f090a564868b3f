"""A proposal as a person reads it: what changes, what it should bring, why, and what nobody knows."""

from collections.abc import Mapping
from typing import Any

from agents.rendering import Language, told_in
from agents.words import RULES
from tools.facts import Fact
from ui.amounts import change, moment, money, probability, units
from ui.evidence import fact_of, listed
from ui.figures import Band, profit_of, revenue_of
from ui.markup import Html, el, flat
from ui.signature import Standing
from ui.words import known, say

Row = Mapping[str, Any]  # db.tables.Proposal as JSON, with its product's name
UNKNOWN = (("competitor_low", "unknown_competitors"), ("stock", "unknown_stock"), ("rating", "unknown_reviews"))


def head(row: Row, standing: Standing, language: Language) -> Html:
    """The top of the card: product, prices, figures, and who may sign."""
    return el(
        "article",
        _title(row, language),
        _prices(row, language),
        _figures(row, language),
        _signing(row, standing, language),
        class_="pd-card",
        aria_label=say("proposal", language, id=row["id"]),
    )


def _title(row: Row, language: Language) -> Html:
    status, risk = row["status"], row["risk"]
    return el(
        "header",
        el("h3", name_in(row, language)),
        el("span", f"{row['sku']} · {say('proposal', language, id=row['id'])}", class_="pd-faint"),
        el("span", say(f"status_{status}", language), class_=f"pd-chip pd-{status}"),
        el("span", say(f"risk_{risk}", language), class_=f"pd-chip pd-risk-{risk}"),
    )


def name_in(row: Row, language: Language) -> str:
    """The product's name in the reader's language, where it has one."""
    return flat((row["name_zh"] if language == "zh" else "") or row["name"])


def _prices(row: Row, language: Language) -> Html:
    before, after, currency = row["current_price"], row["proposed_price"], row["currency"]
    return el(
        "p",
        el("span", el("small", say("price_from", language)), " ", el("s", money(before, currency, language))),
        el("span", "→", class_="pd-arrow", aria_hidden="true"),
        el("span", el("small", say("price_to", language)), " ", el("strong", money(after, currency, language))),
        el("span", change(before, after, language), class_="pd-change"),
        class_="pd-prices",
    )


def _figures(row: Row, language: Language) -> Html:
    currency = row["currency"]

    def cash(name: str) -> str:
        return money(row[name], currency, language, signed=True)

    sold = say("expected_units", language, n=row["weeks"])
    interval = say("interval", language, low=units(row["units_low"], language), high=units(row["units_high"], language))
    spread = say("interval", language, low=cash("change_low"), high=cash("change_high"))
    profit = "unknown_profit" if row["basis"] == "revenue" else ""
    figures = (
        (sold, units(row["expected_units"], language), interval),
        _brought("money_revenue", revenue_of(row), currency, language),
        _brought("money_profit", profit_of(row), currency, language, profit),
        (say(f"change_of_{row['basis']}", language), cash("expected_change"), spread),
        (say("p_loss", language), probability(row["p_loss"], language), ""),
        (say("worst_case", language, n=row["weeks"]), cash("worst_case"), ""),
    )
    return el(
        "dl",
        *(
            el("div", el("dt", name), el("dd", value), el("dd", note, class_="pd-faint"))
            for name, value, note in figures
        ),
        class_="pd-figures",
    )


def _brought(key: str, band: Band | None, currency: str, language: Language, why: str = "") -> tuple[str, str, str]:
    """Money over the horizon with its interval; why it is not known, where that is known."""
    if band is None:
        return say(key, language), say("not_known", language), say(why, language) if why else ""
    low, high = (money(one, currency, language) for one in (band.low, band.high))
    return say(key, language), money(band.mean, currency, language), say("interval", language, low=low, high=high)


def _signing(row: Row, standing: Standing, language: Language) -> Html:
    who = say("asked_by", language, name=row["created_by"], when=moment(row["created_at"], language))
    lines = [f"{who} · {say('version', language, n=row['version'])}"]
    if row["decided_by"]:
        lines.append(say("decided", language, name=row["decided_by"], when=moment(row["decided_at"], language)))
    if row["status"] != "proposed":
        return el("footer", *(el("p", one, class_="pd-faint") for one in lines))
    lines.append(say("stands_until", language, when=moment(row["expires_at"], language)))
    return el(
        "footer",
        *(el("p", one, class_="pd-faint") for one in lines),
        el("p", standing.said(language), class_="pd-sign pd-no" if standing.hindrance else "pd-sign"),
    )


def proof(row: Row, place: str, language: Language) -> Html:
    """The foot of the card: the rule that bound, the whole trail, the evidence, and what is not known."""
    facts = [fact_of(one) for one in row["facts"]]
    return el(
        "section",
        _bound(row, language),
        _trail(row, language),
        listed(facts, place, language),
        _unknown(row, facts, language),
        class_="pd-card pd-proof",
    )


def _bound(row: Row, language: Language) -> Html:
    if not row["binding_rule"]:
        return el("p", say("bound_by_none", language))
    note = next((str(r["note"]) for r in reversed(row["trail"]) if r["rule"] == row["binding_rule"]), "")
    name = rule_name(row["binding_rule"], language)
    return el(
        "p",
        el("b", f"{say('bound_by', language)}: "),
        f"{name}. ",
        el("span", flat(told_in(note, language)), class_="pd-faint"),
    )


def rule_name(rule: str, language: Language) -> str:
    return RULES[rule][language == "zh"] if rule in RULES else rule.replace("_", " ")


def _trail(row: Row, language: Language) -> Html:
    names = ("trail_rule", "trail_before", "trail_after", "trail_binding", "trail_note")
    header = el("tr", *(el("th", say(name, language), scope="col") for name in names))
    rows = [_ruling(ruling, row["currency"], language) for ruling in row["trail"]]
    summary = el("summary", say("trail_title", language, n=len(rows)))
    table = el("table", el("thead", header), el("tbody", *rows))
    scroll = el("div", table, class_="pd-scroll", tabindex="0")
    return el("details", summary, scroll, class_="pd-trail")


def _ruling(ruling: Row, currency: str, language: Language) -> Html:
    cells = (
        rule_name(str(ruling["rule"]), language),
        money(ruling["before"], currency, language),
        money(ruling["after"], currency, language),
        say("yes" if ruling["binding"] else "no", language),
        flat(told_in(str(ruling["note"]), language)),
    )
    return el("tr", *(el("td", cell) for cell in cells), class_="pd-binding" if ruling["binding"] else None)


def _unknown(row: Row, facts: list[Fact], language: Language) -> Html:
    have = {fact.label for fact in facts}
    lines = [say("unknown_cost", language)] if "cost_unknown" in have else []
    lines += [say(words, language) for label, words in UNKNOWN if label not in have]
    lines += [
        flat(told_in(str(fact.value), language)) for fact in facts if fact.label in ("caution", "elasticity_refused")
    ]
    lines.append(say("unknown_future", language))
    summary = el("summary", f"{say('unknown_title', language)} ({len(lines)})")
    return el("details", summary, el("ul", *(el("li", line) for line in lines)), class_="pd-unknown")


def told(text: str, good: bool) -> Html:
    """What came of a decision; a refusal as it is."""
    return el("p", text, class_="pd-told" if good else "pd-told pd-refused", role="status") if text else Html("")


def status_name(status: str, language: Language) -> str:
    return known(f"status_{status}", language, status)
