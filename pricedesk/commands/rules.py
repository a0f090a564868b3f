"""Commands about rules: rules, rules set, rules preview, rules history, rules restore."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from db import rules
from db.dealings import RuleSet
from db.rulebook import Scope, overlaid
from db.versions import product
from pricedesk.acting import As, acting
from pricedesk.opening import opened
from pricedesk.output import Json, progress, say, show
from pricing.errors import PricingError
from tools.rules import Preview, Range, preview

app = typer.Typer(help="Limits of prices, and who signs what.", no_args_is_help=False)
Category = Annotated[str, typer.Option(help="Of one category.")]
Sku = Annotated[str, typer.Option(help="Of one product.")]
Fields = Annotated[
    list[str] | None,
    typer.Argument(help="field=value, the value in JSON: max_change_pct=15 'endings={\"GBP\": [0.99]}'"),
]
Unset = Annotated[list[str] | None, typer.Option("--unset", help="A field that the wider scope shall decide again.")]
Reason = Annotated[str, typer.Option(help="Why.")]
SHOWN = 20  # products in the table of a preview


def add_to(parent: typer.Typer) -> None:
    app.callback(invoke_without_command=True)(in_force)
    app.command("set")(set_)
    app.command("preview")(preview_)
    app.command("history")(history)
    app.command("restore")(restore)
    parent.add_typer(app, name="rules")


def in_force(context: typer.Context, category: Category = "", sku: Sku = "", as_json: Json = False) -> None:
    """The rules in force, of the store, a category or a product, and where each is set."""
    if context.invoked_subcommand is not None:
        return
    desk, scope = opened(), _scope(category, sku)
    with desk.database.reading() as session:
        rules.validated(session, scope, {})
        of = product(session, scope.scope).category if scope.kind == "product" else category
        book = rules.book(session, None, desk.shop.rules)
    widest_first = [("store", book.store), (f"category {of}", book.categories.get(of, {}))]
    widest_first.append((f"product {sku}", book.products.get(sku, {})))
    body = book.body(sku, of)
    said = rules.plain(rules.rules_of(book.base, body)) | rules.plain(book.signing(sku, of))
    show([{"rule": name, "value": _told(said[name], as_json), "set_by": _setter(name, widest_first)}
          for name in rules.FIELDS], as_json)  # fmt: skip


def _setter(name: str, widest_first: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    return next((scope for scope, body in reversed(widest_first) if name in body), "settings")


def _told(value: Any, as_json: bool) -> Any:
    return value if as_json or isinstance(value, str) else json.dumps(value)


def set_(
    fields: Fields = None, category: Category = "", sku: Sku = "", unset: Unset = None, reason: Reason = "",
    as_: As = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Change what the store, a category or a product sets; in force at once."""
    desk, scope = opened(), _scope(category, sku)
    actor = acting(desk, as_)
    with desk.database.session() as session:
        former = rules.current(session, scope)
        made = rules.edit(
            session, scope, _body(former, fields, unset), actor, reason, former.version if former else 0
        )  # fmt: skip
    _say(made, as_json)


def preview_(
    fields: Fields = None, category: Category = "", sku: Sku = "", unset: Unset = None, as_json: Json = False
) -> None:
    """What such a change would do; nothing is changed."""
    desk, scope = opened(), _scope(category, sku)
    with desk.database.reading() as session:
        body = _body(rules.current(session, scope), fields, unset)
    with progress() as tell:
        found = preview(desk.context(), scope, body, tell)
    if as_json:
        say(found.to_json(), as_json, "")
        return
    print(_summary(found))
    show([_row(found, t.sku) for t in found.touched[:SHOWN]], as_json)


def history(category: Category = "", sku: Sku = "", as_json: Json = False) -> None:
    """Every version of what a scope sets, newest first."""
    desk, scope = opened(), _scope(category, sku)
    with desk.database.reading() as session:
        rows = rules.history(session, scope)
    show([_plain(row, as_json) for row in rows], as_json)


def restore(
    version: Annotated[int, typer.Argument(min=0, help="0: as if nothing had ever been set.")],
    category: Category = "", sku: Sku = "", reason: Reason = "", as_: As = "", as_json: Json = False,
) -> None:  # fmt: skip
    """Put an earlier version back, as a new one."""
    desk, scope = opened(), _scope(category, sku)
    actor = acting(desk, as_)
    with desk.database.session() as session:
        former = rules.current(session, scope)
        made = rules.restore(session, scope, version, actor, reason, former.version if former else 0)
    _say(made, as_json)


def _scope(category: str, sku: str) -> Scope:
    if category and sku:
        raise PricingError("Name a category or a product, not both.")
    return Scope("product", sku) if sku else Scope("category", category) if category else rules.STORE


def _body(former: RuleSet | None, fields: Sequence[str] | None, unset: Sequence[str] | None) -> dict[str, Any]:
    """What is set, with the fields named instead, and without those that are unset."""
    set_here = former.body if former else {}
    unknown = next((name for name in unset or () if name not in set_here), None)
    if unknown is not None:
        raise PricingError(
            f"{unknown} is not set here, so it cannot be unset. Set here: {', '.join(set_here) or 'nothing'}."
        )
    kept = {name: value for name, value in set_here.items() if name not in (unset or ())}
    return overlaid(kept, dict(_field(said) for said in fields or ()))


def _field(said: str) -> tuple[str, Any]:
    name, given, value = said.partition("=")
    if not given:
        raise PricingError(f"{said} is no field=value. For example: max_change_pct=15.")
    try:
        return name.strip(), json.loads(value)
    except json.JSONDecodeError:
        return name.strip(), value.strip()  # a word, such as high


def _say(made: RuleSet, as_json: bool) -> None:
    scope = Scope(made.kind, made.scope)
    say(
        _plain(made, True),
        as_json,
        f"Version {made.version} of the rules of {scope} is in force: {json.dumps(made.body)}",
    )


def _plain(row: RuleSet, as_json: bool) -> dict[str, Any]:
    return {
        "version": row.version, "kind": row.kind, "scope": row.scope, "body": _told(row.body, as_json),
        "author": row.author, "reason": row.reason, "made_at": row.made_at.isoformat(),
    }  # fmt: skip


def _summary(found: Preview) -> str:
    sampled = f"; {found.looked_at} of them were looked at, evenly over the catalogue" if found.sampled else ""
    unlawful = f", {len(found.unlawful)} of them at a price that is then forbidden" if found.unlawful else ""
    without = f" ({', '.join(found.without[:5])})" if found.without else ""
    return (
        f"{found.affected} of {found.products} products would have other rules{sampled}.\n"
        f"{len(found.expiring)} open proposals would expire{unlawful}.\n"
        f"{len(found.without)} products would have no lawful price any more{without}; "
        f"{found.without_before} have none now.\n"
        f"For {len(found.repriced)} products another price would be proposed."
    )


def _row(found: Preview, sku: str) -> dict[str, Any]:
    one = next(t for t in found.touched if t.sku == sku)
    return {
        "sku": one.sku, "price": one.price, "lawful_now": _range(one.before), "lawful_then": _range(one.after),
        "best_now": one.best_before, "best_then": one.best_after, "change_pct": one.best_change_pct,
    }  # fmt: skip


def _range(one: Range) -> str:
    return "none" if one.low is None else f"{one.low:g} to {one.high:g}"
