"""What a visitor must know first: simulated data, a store that still opens, a model that does not answer."""

from agents.rendering import Language
from db.tables import StoreInfo
from ui.markup import Html, el, joined
from ui.office import Office, StoreState
from ui.words import known, say

MODEL = {"ready": "pd-good", "loading": "pd-wait", "degraded": "pd-bad", "stopped": "pd-wait"}


def opening(store: StoreState) -> bool:
    return bool(store.stage)


def banner(office: Office, language: Language) -> Html:
    """One line; it is read aloud when it changes."""
    store, model = office.store(), office.model()
    parts = [_simulated(office, language), _store(store, language)]
    parts.append(el("span", say(f"model_{model.phase}", language), title=model.reason, class_=MODEL[model.phase]))
    return el("div", joined(*parts), class_="pd-banner", role="status")


def _simulated(office: Office, language: Language) -> Html:
    with office.database.reading() as session:
        info = session.get(StoreInfo, "simulated")
    simulated = info is not None and info.value == "yes"
    return el("span", say("simulated", language), class_="pd-note") if simulated else Html("")


def _store(store: StoreState, language: Language) -> Html:
    if store.trouble:
        return el("span", store.trouble, class_="pd-bad")
    if not store.stage:
        return Html("")
    stage = say("store_opening", language, stage=known(f"stage_{store.stage}", language, store.stage))
    if store.total <= 1:
        return el("span", stage, class_="pd-wait")
    counted = f"{stage} {store.done:,} / {store.total:,} "
    bar = el("progress", value=str(store.done), max=str(store.total), aria_label=stage)
    return el("span", counted, bar, class_="pd-wait")
