"""The parts of a product's page, as HTML."""

from collections.abc import Mapping, Sequence

import numpy as np

from agents.rendering import Language, told_in
from db.catalogue import Charged
from db.fits import Stored
from db.tables import Product, Proposal, Review
from knowledge.record import quoted
from pricing.cross import CrossEffects
from pricing.elasticity import Elasticity
from pricing.forecast import Forecast
from pricing.recommend import Related
from tools.heard import Heard
from ui.amounts import change, day, moment, money, percent, probability, ratio, units
from ui.card import status_name
from ui.market import Rival
from ui.markup import Html, el, flat, joined
from ui.opinions import opinions
from ui.rows import faint, name_of, pick, table
from ui.words import known, say

QUOTED = 400
NEIGHBOURS = 6


def head(product: Product, language: Language) -> Html:
    """Name, price, cost, margin, stock, status; and the way to ask for a price."""
    name = name_of(product.name, product.name_zh, language)
    facts = [product.sku, product.category, product.brand]
    ask = el(
        "button", say("ask_price", language), type="button", class_="pd-go",
        data_ask=say("ask_price_of", language, name=name, sku=product.sku),
    )  # fmt: skip
    figures = [
        ("figure_price", _money(product.price, product, language)),
        ("figure_cost", _money(product.cost, product, language)),
        ("figure_margin", _margin(product, language)),
        ("figure_stock", say("unknown", language) if product.stock is None else units(product.stock, language)),
    ]
    boxes = [el("div", el("dt", say(key, language)), el("dd", value)) for key, value in figures]
    state = known(f"state_{product.status}", language, product.status)
    return el(
        "article",
        el(
            "header", el("h2", name), el("span", state, class_="pd-chip"),
            el("span", " · ".join(flat(one, 80) for one in facts if one), class_="pd-faint"),
        ),
        el("dl", *boxes, class_="pd-figures"),
        ask,
        class_="pd-card pd-product",
        aria_label=name,
    )  # fmt: skip


def fitted(
    product: Product, elasticity: Stored[Elasticity] | None, forecast: Stored[Forecast] | None, language: Language
) -> Html:
    """How strongly buyers react, or why that cannot be said and what to do; and what will sell."""
    return el("section", _reaction(elasticity, language), _ahead(product, forecast, language), class_="pd-pair")


def _reaction(stored: Stored[Elasticity] | None, language: Language) -> Html:
    title = el("h3", say("fit_title", language))
    if stored is None:
        return el("div", title, el("p", say("fit_unfitted", language)))
    fit = stored.fit
    basis = faint(
        say("fit_basis", language, weeks=fit.weeks, prices=fit.prices, day=day(stored.fitted_at.isoformat(), language))
    )
    if not fit.usable:
        why = el("p", say("fit_why", language, reason=told_in(fit.reason, language)), class_="pd-sign pd-no")
        peers = (
            faint(say("fit_peers", language, value=ratio(fit.elasticity, language)))
            if np.isfinite(fit.elasticity)
            else Html("")
        )
        return el("div", title, why, el("p", say("fit_remedy", language)), peers, basis)
    low, high = ratio(fit.ci_low, language), ratio(fit.ci_high, language)
    value = el(
        "p",
        el("strong", ratio(fit.elasticity, language), class_="pd-big"),
        " ",
        say("interval", language, low=low, high=high),
    )
    means = say("fit_means", language, drop=percent(abs(fit.elasticity), language))
    return el("div", title, value, el("p", means), faint(say(f"fit_level_{fit.level}", language)), basis)


def _ahead(product: Product, stored: Stored[Forecast] | None, language: Language) -> Html:
    title = el("h3", say("ahead_title", language))
    if stored is None or not np.isfinite(stored.fit.total_mean):
        why = told_in(stored.fit.caution, language) if stored else say("fit_unfitted", language)
        return el("div", title, el("p", why))
    fit = stored.fit
    low, high = units(fit.total[0], language), units(fit.total[4], language)
    value = el(
        "p", el("strong", units(fit.total_mean, language), class_="pd-big"), " ",
        say("interval", language, low=low, high=high),
    )  # fmt: skip
    at = say("ahead_at", language, weeks=len(fit.weeks), price=money(fit.price, product.currency, language))
    caution = el("p", told_in(fit.caution, language), class_="pd-sign pd-no") if fit.caution else Html("")
    return el("div", title, value, el("p", at), caution)


def related(
    found: Sequence[Related], cross: CrossEffects | None, names: Mapping[str, Product], language: Language
) -> Html:
    """Bought together, bought instead, and whose units answer to this price."""
    title = el("h3", say("related_title", language))
    rows = [_bought(one, names[one.other], language) for one in found]
    answers = _answers(cross, names, language)
    if not rows and not answers:
        return el("section", title, faint(say("related_none", language)))
    bought = table(
        say("related_title", language),
        _headers(("pcol_product", "pcol_relation", "pcol_together", "pcol_lift"), language),
        rows,
    )
    return el("section", title, bought if rows else Html(""), answers)


def _bought(one: Related, other: Product, language: Language) -> list[str]:
    name = pick(name_of(other.name, other.name_zh, language), other.sku)
    if one.relation == "substitute":
        return [name, say("relation_substitute", language), "—", "—"]
    lift = f"{ratio(one.lift, language)} ({ratio(one.lift_low, language)} – {ratio(one.lift_high, language)})"
    return [name, say("relation_complement", language), units(one.together, language), lift]


def _answers(cross: CrossEffects | None, names: Mapping[str, Product], language: Language) -> Html:
    if cross is None:
        return Html("")
    order = sorted(range(len(cross.others)), key=lambda p: -abs(cross.elasticity[p]))
    known_ones = [p for p in order if cross.usable[p] and cross.others[p] in names][:NEIGHBOURS]
    if not known_ones:
        return faint(say("cross_none", language)) if cross.others else Html("")
    rows = [
        [
            pick(name_of(names[cross.others[p]].name, names[cross.others[p]].name_zh, language), cross.others[p]),
            ratio(cross.elasticity[p], language),
            f"{ratio(cross.ci_low[p], language)} – {ratio(cross.ci_high[p], language)}",
        ]
        for p in known_ones
    ]  # fmt: skip
    title = say("cross_title", language)
    return joined(
        el("h4", title), table(title, _headers(("pcol_product", "pcol_cross", "pcol_interval"), language), rows)
    )


def reviewed(known: Heard, reviews: Sequence[Review], language: Language) -> Html:
    """What was counted of all reviews, and the newest of them, masked, each with what it says by aspect."""
    title = el("h3", say("voices_title", language))
    if not reviews:
        return el("section", title, faint(say("unknown_reviews", language)))
    return el("section", title, opinions(known, language), *(_review(one, language) for one in reviews))


def _review(one: Review, language: Language) -> Html:
    facts = [] if one.rating is None else [f"★ {one.rating:g}"]
    facts.append(day(one.written_on.isoformat(), language))
    if one.sentiment is not None:
        facts.append(say("pleased", language, share=probability(one.sentiment, language)))
    aspects = [
        el(
            "span",
            f"{known(f'aspect_{name}', language, flat(name, 30))} {probability(value, language)}",
            class_="pd-chip",
        )
        for name, value in sorted((one.aspects or {}).items())
    ]
    footer = el("footer", " · ".join(facts), " ", *aspects, class_="pd-faint")
    return el("blockquote", el("p", flat(quoted(one.text), QUOTED)), footer)


def contested(product: Product, others: Sequence[Rival], language: Language) -> Html:
    """What others ask, against our price."""
    title = say("rivals_title", language)
    if not others:
        return el("section", el("h3", title), faint(say("unknown_competitors", language)))
    rows = [
        [
            flat(one.name, 80) + ("" if one.in_stock else f" ({say('rival_out', language)})"),
            money(one.price, product.currency, language),
            change(product.price, one.price, language) if product.price else "—",
            day(one.seen.isoformat(), language),
        ]
        for one in others
    ]
    headers = _headers(("rival_name", "rival_asks", "pcol_against_ours", "rival_seen"), language)
    return el("section", el("h3", title), table(title, headers, rows))


def waiting(product: Product, proposals: Sequence[Proposal], language: Language) -> Html:
    """Proposals that wait for a decision or for their day."""
    title = say("open_title", language)
    if not proposals:
        return el("section", el("h3", title), faint(say("open_none", language)))
    rows = [
        [
            str(one.id), money(one.proposed_price, one.currency, language),
            change(one.current_price, one.proposed_price, language),
            money(one.expected_change, one.currency, language, signed=True), say(f"risk_{one.risk}", language),
            status_name(one.status, language), flat(one.created_by, 60),
        ]
        for one in proposals
    ]  # fmt: skip
    names = ("pcol_id", "pcol_new", "pcol_change", "pcol_gain", "pcol_risk", "pcol_state", "pcol_by")
    return el("section", el("h3", title), table(title, _headers(names, language), rows))


def charged(log: Sequence[Charged], language: Language) -> Html:
    """What was charged from when, by which proposal, and who signed."""
    title = say("log_title", language)
    if not log:
        return el("section", el("h3", title), faint(say("log_none", language)))
    rows = [
        [
            moment(one.row.starts_at.isoformat(), language),
            money(one.row.price, one.row.currency, language),
            _set_by(one, language),
            flat(one.signed_by, 60) or "—",
        ]
        for one in log
    ]  # fmt: skip
    return el(
        "section",
        el("h3", title),
        table(title, _headers(("pcol_since", "pcol_price", "pcol_set_by", "pcol_signed"), language), rows),
    )


def _set_by(one: Charged, language: Language) -> str:
    number = one.row.proposal_id
    return say("log_import", language) if number is None else say("proposal", language, id=number)


def _headers(names: Sequence[str], language: Language) -> list[str]:
    return [say(name, language) for name in names]


def _money(value: object, product: Product, language: Language) -> str:
    return say("unknown", language) if value is None else money(str(value), product.currency, language)


def _margin(product: Product, language: Language) -> str:
    if not product.price or product.cost is None:
        return say("unknown", language)
    return percent((product.price - product.cost) / product.price * 100, language)
