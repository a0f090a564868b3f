"""The language model by settings: our own server, somebody else's, or none."""

import json
import os
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from agents.leaning import Network, loaded, shipped
from pricedesk.settings import Settings
from serving.llm.client import chat_model
from serving.llm.endpoint import Endpoint, State
from serving.llm.external import ExternalServer
from serving.llm.merging import CONFIG
from serving.llm.quantising import quantised
from serving.llm.server import ModelServer
from serving.llm.vllm import starter
from serving.llm.weights import ADAPTER, SHIPPED, Progress, prepare

SERVED_AS = "pricedesk"
ATTACH_SECONDS = 3.0


def model_folder(settings: Settings) -> Path:
    """Where weights and a merchant's own adapter lie."""
    return settings.home / "model"


def adapter_of(settings: Settings) -> Path:
    """The adapter in use: the merchant's own where there is one, else the one that ships."""
    own = model_folder(settings) / "adapter"
    return own if settings.model == SHIPPED and (own / CONFIG).exists() else ADAPTER


def network_of(settings: Settings) -> Network | None:
    """The leaning that was fitted beside the adapter in use."""
    return loaded(adapter_of(settings)) or shipped()


def weights_of(settings: Settings, progress: Progress | None = None) -> Path | str:
    """What the desk serves, made where it is not there yet. Raises WeightsError."""
    made = prepare(model_folder(settings), settings.model, progress, adapter_of(settings))
    return quantised(made, model_folder(settings)) if settings.model_quantised else made


class Models:
    """Hands out the chat model while one is ready, and None while none is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._endpoint: Endpoint | None = None
        self._before = State("stopped", "no model is set up")  # while there is no endpoint yet
        self._stopped = False

    def serve(self) -> None:
        """Prepare the weights and start the server, or watch the one that the settings name. Returns at once but for
        the weights, which take seconds the first time."""
        if not self._settings.model_enabled:
            return
        self._before = State("loading", "preparing the weights")
        try:
            self._endpoint = self._external() if self._settings.model_url else self._own()
        except Exception as error:
            self._before = State("degraded", f"the weights could not be prepared: {error}")
            raise
        place = self._endpoint
        if isinstance(place, ModelServer):
            place.on_ready = lambda: self._announce(place)
        if not self._stopped:
            place.start()

    def attach(self) -> None:
        """Use the server of a desk that already runs on this state folder, or the one that the settings name."""
        if not self._settings.model_enabled:
            return
        if not self._settings.model_url and not self._note.exists():
            return
        self._endpoint = self._external()
        self._endpoint.start()
        self._endpoint.wait_ready(ATTACH_SECONDS)

    def chat(self) -> BaseChatModel | None:
        place = self._endpoint
        if place is None or not place.ready:
            return None
        return chat_model(place.url, place.name, place.key, self._settings.model_timeout)

    @property
    def place(self) -> Endpoint | None:
        """Where the model answers; None before `serve` or `attach` found one."""
        return self._endpoint

    @property
    def state(self) -> State:
        return self._endpoint.state if self._endpoint else self._before

    def stop(self) -> None:
        self._stopped = True
        if self._endpoint:
            self._endpoint.stop()
        if isinstance(self._endpoint, ModelServer):
            self._note.unlink(missing_ok=True)

    @property
    def _note(self) -> Path:
        """Where a running desk says, to this user alone, how its model is reached."""
        return self._settings.home / "model.json"

    def _own(self) -> ModelServer:
        weights = weights_of(self._settings)
        return ModelServer(starter(weights, SERVED_AS), self._settings.home / "model.log", SERVED_AS)

    def _external(self) -> ExternalServer:
        if self._settings.model_url:
            return ExternalServer(self._settings.model_url, self._settings.model_name, self._settings.model_key)
        note = json.loads(self._note.read_text("utf-8"))
        return ExternalServer(note["url"], note["name"], note["key"])

    def _announce(self, place: ModelServer) -> None:
        note = json.dumps({"url": place.url, "name": place.name, "key": place.key})
        if self._note.exists() and self._note.read_text("utf-8") == note:
            return
        partial = self._note.with_suffix(".tmp")
        partial.touch(mode=0o600)
        os.chmod(partial, 0o600)
        partial.write_text(note, "utf-8")
        partial.replace(self._note)
