"""The rules: of the store, a category or a product; what they would change is seen before it is saved."""

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component
from sqlmodel import Session, col, select

from agents.rendering import Language, told_in
from db import rules
from db.actors import Actor
from db.rules import LEVELS, BadRulesError, Scope
from db.tables import Product
from pricing.errors import PricingError
from tools.context import Context
from tools.day import today
from tools.rules import preview
from ui.amounts import moment
from ui.card import told
from ui.foreseen import foreseen
from ui.markup import Html, el
from ui.office import Office, excuse
from ui.panel import QUIET
from ui.rulefields import FIELDS, SIGNERS, Field
from ui.tables import table
from ui.words import say

HISTORY = ("rules_col_version", "col_when", "col_who", "col_why", "rules_col_sets")
MOST = 2000  # products that the picker names; others are typed


class NoScopeError(PricingError):
    """Nothing was chosen yet."""


class Ruling:
    """A page, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        with gr.Row(elem_classes="pd-filters"):
            self.kind = gr.Radio(list(rules_kinds()), value="store", label=i18n("rules_kind"), elem_id="rules-kind")
            self.scope = gr.Dropdown(
                [], label=i18n("rules_scope"), allow_custom_value=True, visible=False, elem_id="rules-scope"
            )
        self.hint = gr.HTML(elem_id="rules-hint")
        self.own: list[gr.Checkbox] = []
        self.values: list[Component] = []
        self.notes: list[gr.HTML] = []
        for title, policy in (("rules_limits", False), ("rules_policy", True)):
            with gr.Accordion(i18n(title), open=True):
                for field in (one for one in FIELDS if one.is_policy is policy):
                    self._row(field, i18n)
        self.reason = gr.Textbox(label=i18n("rules_reason"), max_length=1000, elem_id="rules-reason")
        self.reason_note = gr.HTML(elem_id="rules-note-reason")
        with gr.Row(elem_classes="pd-buttons"):
            look = gr.Button(i18n("rules_preview"), size="md", min_width=160, elem_id="rules-preview")
            self.save = gr.Button(i18n("rules_save"), variant="primary", size="md", min_width=100, elem_id="rules-save")
        self.told = gr.HTML(elem_id="rules-told")
        self.foreseen = gr.HTML(elem_id="rules-foreseen")
        with gr.Accordion(i18n("rules_history"), open=False, elem_id="rules-history"):
            self.history = gr.HTML()
            with gr.Row(elem_classes="pd-buttons") as self.restoring:
                self.version = gr.Dropdown([], label=i18n("rules_version"), elem_id="rules-version")
                restore = gr.Button(i18n("rules_restore"), size="md", min_width=100, elem_id="rules-restore")
        self.seen, self.looked = gr.State(0), gr.State(None)  # the version in the form; the body that was previewed
        self.inputs: list[Component] = [self.kind, self.scope]
        form = [*self.own, *self.values]
        self.outputs = [
            self.kind, self.scope, self.hint, *form, *self.notes, self.reason_note, self.save, self.restoring,
            self.history, self.version, self.seen, self.looked, self.told, self.foreseen,
        ]  # fmt: skip
        marks = [*self.notes, self.reason_note, self.told]
        self.kind.input(self._turned, self.inputs, self.outputs, **QUIET)
        self.scope.input(self.listed, self.inputs, self.outputs, **QUIET)
        look.click(self._previewed, [*self.inputs, *form], [*marks, self.foreseen, self.looked], **QUIET)
        saving = [*self.inputs, self.reason, self.seen, self.looked, *form]
        self.save.click(self._saved, saving, [*self.outputs, self.reason], **QUIET)
        restoring = [*self.inputs, self.reason, self.seen, self.version]
        restore.click(self._restored, restoring, [*self.outputs, self.reason], **QUIET)

    def _row(self, field: Field, i18n: gr.I18n) -> None:
        label, name = i18n(f"rules_{field.name}"), f"rules-{field.name}"
        with gr.Row(elem_classes="pd-rule"):
            value: Component
            if field.form == "switch":
                value = gr.Checkbox(label=label, elem_id=name)
            elif field.form == "level":
                value = gr.Radio(list(LEVELS), label=label, elem_id=name)
            elif field.form == "signers":
                value = gr.CheckboxGroup(list(SIGNERS), label=label, elem_id=name)
            else:
                value = gr.Textbox(label=label, max_lines=1, elem_id=name)
            self.values.append(value)
            self.own.append(gr.Checkbox(label=i18n("rules_own"), min_width=120, scale=0, elem_id=f"{name}-own"))
            self.notes.append(gr.HTML(elem_id=f"rules-note-{field.name}", min_height=20))

    def listed(self, kind: str, scope: str | None, request: gr.Request) -> list[Any]:
        """The form as it stands for this scope, and what this visitor may do with it."""
        language = self.office.language(request)
        try:
            actor = self.office.visitor(request)
            with self.office.database.reading() as session:
                return self._form(session, kind, scope or "", actor, language)
        except Exception as error:
            hint = told(excuse(error, language), False)
            return [gr.skip(), gr.skip(), hint, *[gr.skip()] * (len(self.outputs) - 3)]

    def _turned(self, kind: str, scope: str | None, request: gr.Request) -> list[Any]:
        return self.listed(kind, None, request)

    def _form(self, session: Session, kind: str, scope: str, actor: Actor, language: Language) -> list[Any]:
        kinds = gr.Radio(choices=[(say(f"rules_{one}", language), one) for one in rules_kinds()], value=kind)
        choices = _choices(session, kind)
        if kind != "store" and not scope:
            scope = choices[0][1] if choices else ""
        picker = gr.Dropdown(choices=choices, value=scope or None, visible=kind != "store")
        on = _scope(kind, scope, language)
        own, inherited = _layers(session, on, self.office)
        may = [
            actor.role == "admin" or (actor.role == "approver" and kind == "product" and not f.is_policy)
            for f in FIELDS
        ]
        versions = rules.history(session, on)
        seen = versions[0].version if versions else 0
        values = [_filled(f, own, inherited, may[n], language) for n, f in enumerate(FIELDS)]
        return [
            kinds, picker, _hint(may, actor, language),
            *(gr.Checkbox(value=f.name in own, interactive=may[n]) for n, f in enumerate(FIELDS)), *values,
            *(_note(f, own, inherited, language) for f in FIELDS), "",
            gr.Button(visible=any(may)), gr.Row(visible=any(may) and bool(versions)),
            _history(versions, language),
            gr.Dropdown(choices=[*(str(v.version) for v in versions[1:]), "0"], value=None), seen, None, "", "",
        ]  # fmt: skip

    def _previewed(self, request: gr.Request, kind: str, scope: str | None, *typed: Any) -> list[Any]:
        language = self.office.language(request)
        notes = self._notes(kind, scope, request, language)
        try:
            self.office.visitor(request)
            body = _body(typed, language)
            context = Context(self.office.desk.shop, today(self.office.database))
            seen = preview(context, _scope(kind, scope or "", language), body)
        except BadRulesError as error:
            return [*_marked(notes, error, language), gr.skip(), None]
        except Exception as error:
            return [*notes, "", told(excuse(error, language), False), "", None]
        return [*notes, "", "", foreseen(seen, language), body]

    def _saved(
        self, request: gr.Request, kind: str, scope: str | None, reason: str, seen: int, looked: Any, *typed: Any
    ) -> list[Any]:
        language = self.office.language(request)

        def save(session: Session, actor: Actor) -> int:
            body = _body(typed, language)
            if looked is None or body != looked:
                raise NoScopeError(say("rules_look_first", language))
            return rules.edit(session, _scope(kind, scope or "", language), body, actor, reason or "", seen).version

        return self._carried_out(save, kind, scope, request)

    def _restored(
        self, kind: str, scope: str | None, reason: str, seen: int, version: str | None, request: gr.Request
    ) -> list[Any]:
        language = self.office.language(request)

        def restore(session: Session, actor: Actor) -> int:
            on = _scope(kind, scope or "", language)
            return rules.restore(
                session, on, -1 if version is None else int(version), actor, reason or "", seen
            ).version

        return self._carried_out(restore, kind, scope, request)

    def _carried_out(self, work: Any, kind: str, scope: str | None, request: gr.Request) -> list[Any]:
        """The form anew; where the work is refused, what was typed stays and the refusal stands beside it."""
        language = self.office.language(request)
        notes = self._notes(kind, scope, request, language)
        try:
            actor = self.office.visitor(request)
            with self.office.database.session() as session:
                version = work(session, actor)
        except BadRulesError as error:
            return _refused(_marked(notes, error, language))
        except Exception as error:
            return _refused([*notes, "", told(excuse(error, language), False)])
        done = told(say("rules_saved", language, version=version), True)
        return [*self.listed(kind, scope, request)[:-2], done, "", ""]

    def _notes(self, kind: str, scope: str | None, request: gr.Request, language: Language) -> list[str]:
        try:
            with self.office.database.reading() as session:
                own, inherited = _layers(session, _scope(kind, scope or "", language), self.office)
        except PricingError:
            return [""] * len(FIELDS)
        return [_note(field, own, inherited, language) for field in FIELDS]


def rules_kinds() -> tuple[str, ...]:
    return ("store", "category", "product")


def _scope(kind: str, scope: str, language: Language) -> Scope:
    if kind != "store" and not scope:
        raise NoScopeError(say("rules_unknown", language))
    return Scope(kind, "" if kind == "store" else scope)


def _choices(session: Session, kind: str) -> list[tuple[str, str]]:
    if kind == "category":
        named = session.exec(select(Product.category).distinct().order_by(col(Product.category)))
        return [(name, name) for name in named if name]
    if kind == "product":
        some = session.exec(select(Product.sku, Product.name).order_by(col(Product.sku)).limit(MOST))
        return [(f"{sku} · {name}"[:80], sku) for sku, name in some]
    return []


def _layers(session: Session, on: Scope, office: Office) -> tuple[Mapping[str, Any], dict[str, tuple[Any, str]]]:
    """What this scope sets itself, and what it would inherit: by field, the value and where it comes from."""
    book = rules.book(session, None, office.desk.shop.rules)
    now = rules.current(session, on)
    own: Mapping[str, Any] = now.body if now else {}
    category = (
        session.exec(select(Product.category).where(Product.sku == on.scope)).first() if on.kind == "product" else None
    )
    wider = [("store", book.store)] if on.kind != "store" else []
    if category:
        wider.append(("category", book.categories.get(category, {})))
    usual = {**rules.plain(book.base), **rules.plain(rules.Signing())}
    inherited = {name: (value, "settings") for name, value in usual.items()}
    for source, body in wider:
        for name, value in body.items():
            former = inherited[name][0]
            inherited[name] = ({**former, **value} if isinstance(value, Mapping) else value, source)
    return own, inherited


def _filled(
    field: Field, own: Mapping[str, Any], inherited: Mapping[str, tuple[Any, str]], may: bool, language: Language
) -> Any:
    value = field.typed(own.get(field.name, inherited[field.name][0]))
    if field.form == "level":
        choices = [(say(f"risk_name_{level}", language), level) for level in LEVELS]
        return gr.Radio(choices=choices, value=value, interactive=may)
    if field.form == "signers":
        named = [one.split(":") for one in SIGNERS]
        said = [(f"{say(f'risk_name_{k}', language)}: {say(f'role_{r}', language)}", f"{k}:{r}") for k, r in named]
        return gr.CheckboxGroup(choices=said, value=value, interactive=may)
    return (
        gr.Checkbox(value=value, interactive=may)
        if field.form == "switch"
        else gr.Textbox(value=value, interactive=may)
    )


def _note(field: Field, own: Mapping[str, Any], inherited: Mapping[str, tuple[Any, str]], language: Language) -> Html:
    value, source = (own[field.name], "here") if field.name in own else inherited[field.name]
    said = say("rules_now", language, value=field.shown(value, language), source=say(f"rules_from_{source}", language))
    return el("p", said, class_="pd-faint")


def _body(typed: Sequence[Any], language: Language) -> dict[str, Any]:
    """What the form sets. Raises BadRulesError."""
    own, values = typed[: len(FIELDS)], typed[len(FIELDS) :]
    return {f.name: f.read(values[n], language) for n, f in enumerate(FIELDS) if own[n]}


def _marked(notes: list[str], error: BadRulesError, language: Language) -> list[str]:
    """The notes with the refusal at its field, and above the buttons where it belongs to none."""
    said = el("p", told_in(str(error), language), class_="pd-told pd-refused", role="alert")
    names = [field.name for field in FIELDS]
    if error.field in names:
        notes[names.index(error.field)] = said
        return [*notes, "", ""]
    return [*notes, said, ""] if error.field == "reason" else [*notes, "", said]


def _refused(marks: list[str]) -> list[Any]:
    """Notes and what is told, and all else as it stands."""
    *notes, said = marks
    form, rest = 3 + 2 * len(FIELDS), 6
    return [*[gr.skip()] * form, *notes, *[gr.skip()] * rest, said, gr.skip(), gr.skip()]


def _hint(may: list[bool], actor: Actor, language: Language) -> Html:
    if all(may):
        return Html("")
    said = say("rules_partly" if any(may) else "rules_readonly", language, role=say(f"role_{actor.role}", language))
    return el("p", said, class_="pd-note pd-hint")


def _history(versions: list[Any], language: Language) -> Html:
    if not versions:
        return el("p", say("rules_unset", language), class_="pd-empty")
    fields = {field.name: field for field in FIELDS}
    rows = (
        [
            str(row.version), moment(row.made_at.isoformat(), language), row.author, row.reason,
            "; ".join(f"{say(f'rules_{k}', language)}: {fields[k].shown(v, language)}" for k, v in row.body.items())
            or say("rules_none", language),
        ]
        for row in versions
    )  # fmt: skip
    return table(say("rules_history", language), [say(name, language) for name in HISTORY], rows)
