"""One constrained call to a chat model: JSON of a schema comes back, or an error does."""

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage


class ModelFailedError(Exception):
    """The model was out of reach, too slow, or said what its schema does not allow."""


def decide(
    model: BaseChatModel, messages: Sequence[BaseMessage], schema: dict[str, Any], max_tokens: int
) -> dict[str, Any]:
    """The model's answer as a dict of `schema`, decoded under it. Raises ModelFailedError."""
    shape = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    try:
        said = model.bind(response_format=shape, max_tokens=max_tokens).invoke(list(messages))
        answer = json.loads(str(said.content))
    except Exception as error:  # a remote model fails in as many ways as there are servers
        raise ModelFailedError(f"{type(error).__name__}: {error}") from error
    if not isinstance(answer, dict):
        raise ModelFailedError(f"expected an object, got {type(answer).__name__}")
    return answer
