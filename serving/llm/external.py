"""A model server that somebody else runs."""

import httpx

from serving.llm.endpoint import Endpoint, client

EVERY = 15.0  # seconds between two looks


class ExternalServer(Endpoint):
    """Any OpenAI-compatible server. A look lists its models, no more; where no name is given, its first is taken."""

    def __init__(self, url: str, name: str = "", key: str = "", every: float = EVERY) -> None:
        super().__init__(name, key)
        self._url = url.rstrip("/")
        self._every = every

    @property
    def url(self) -> str:
        return self._url

    def _watch(self) -> None:
        with client(self.key, timeout=10) as http:
            while True:
                trouble = self._look(http)
                self._say("degraded" if trouble else "ready", trouble)
                if not self._rest(self._every):
                    return

    def _look(self, http: httpx.Client) -> str:
        """What is wrong with it, or nothing."""
        try:
            answer = http.get(f"{self._url}/models").raise_for_status().json()
            names = [str(model["id"]) for model in answer["data"]]
        except httpx.HTTPStatusError as error:
            return (
                f"{self._url} refused ({error.response.status_code}); check PRICEDESK_MODEL_URL and PRICEDESK_MODEL_KEY"
            )
        except httpx.HTTPError as error:
            return f"{self._url} cannot be reached ({type(error).__name__})"
        except (ValueError, KeyError, TypeError):
            return f"{self._url} does not speak the OpenAI protocol"
        if self.name and self.name not in names:
            return f"{self._url} does not serve {self.name}; it serves {', '.join(names) or 'nothing'}"
        self.name = self.name or (names[0] if names else "")
        return "" if self.name else f"{self._url} serves no model"
