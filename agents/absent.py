"""The model that is not there."""

from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult


class AbsentModel(BaseChatModel):
    """Stands where a chat model is wanted and none is ready; asking it is an error."""

    @property
    def _llm_type(self) -> str:
        return "absent"

    def bind_tools(self, tools: Any, **kwargs: Any) -> "AbsentModel":
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        raise RuntimeError("no model is ready")
