"""The weights that a command names, each with the leaning that goes with it, and a server of its own for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.leaning import Lean, Network, leaning, loaded, shipped
from knowledge.embedding import Embedder
from pricedesk.models import SERVED_AS, model_folder, network_of, weights_of
from pricedesk.settings import Settings
from pricing.errors import PricingError
from serving.llm.merging import CONFIG
from serving.llm.quantising import quantised
from serving.llm.server import ModelServer, Patience
from serving.llm.vllm import Options, starter
from serving.llm.weights import WeightsError, prepare

SERVED, SHIPPED, BASE, QUANTISED = "served", "shipped", "base", "quantised"
KNOWN = (
    '"served" (as the desk serves it), "base" (as published), "shipped" (with the adapter that ships), '
    '"quantised" (served, in 8-bit integers), a folder of weights, or a folder with an adapter'
)
LOADING = 90  # seconds that a start takes, about
PATIENCE = 1800  # seconds until it is given up: nobody waits for an answer here, and the machine may be busy

Tell = Callable[[str, int, int], None]
"""Told (what, done, of)."""


class ServerError(PricingError):
    """A model server would not start; the text says why."""


@dataclass(frozen=True)
class Contender:
    """Weights under a name, and the network that leans for them."""

    name: str
    weights: Path | str
    network: Network | None

    def lean(self, embedder: Embedder) -> Lean | None:
        return leaning(embedder.embed, self.network) if self.network else None


def contender(what: str, settings: Settings, scratch: Path) -> Contender:
    """What `what` names (one of KNOWN); weights that the desk itself does not keep are made under `scratch`."""
    place = model_folder(settings)
    try:
        if what == SERVED:
            return Contender(what, weights_of(settings), network_of(settings))
        if what == QUANTISED:
            plain = weights_of(settings.model_copy(update={"model_quantised": False}))
            return Contender(what, quantised(plain, place), network_of(settings))
        if what == BASE:
            return Contender(what, prepare(place / "base", adapter=None), shipped())
        if what == SHIPPED:
            return Contender(what, prepare(scratch / what), shipped())
        return _folder(Path(what), scratch)
    except WeightsError as refusal:
        raise PricingError(str(refusal)) from refusal


def _folder(folder: Path, scratch: Path) -> Contender:
    name, network = folder.resolve().name, loaded(folder) or shipped()
    if (folder / CONFIG).exists():
        return Contender(name, prepare(scratch / f"{name}-{len(list(scratch.iterdir()))}", adapter=folder), network)
    if (folder / "config.json").exists():
        return Contender(name, folder.resolve(), network)
    raise PricingError(f"{folder} holds neither weights nor an adapter. Name {KNOWN}.")


@contextmanager
def server(weights: Path | str, log: Path, tell: Tell, options: Options | None = None) -> Iterator[ModelServer]:
    """A model server on these weights, ready, and gone afterwards. Raises ServerError where it fails to start."""
    made = ModelServer(starter(weights, SERVED_AS, options), log, SERVED_AS, Patience(load=PATIENCE))
    made.start()
    try:
        seconds = 0
        while not made.wait_ready(1):
            seconds += 1
            tell("starting the model server", min(seconds, LOADING), LOADING)
            if made.state.phase == "degraded":
                raise ServerError(f"The model server does not start: {made.state.reason}.")
        tell("starting the model server", LOADING, LOADING)
        yield made
    finally:
        made.stop()
