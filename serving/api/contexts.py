"""One question's context, for the tools that answer it."""

from typing import Annotated

from fastapi import Depends

from agents.rendering import Language
from serving.api.backing import Back, Backing
from tools.context import Context
from tools.day import today


def context_of(back: Backing, language: Language = "en") -> Context:
    """A fresh ledger on the store's own day."""
    return Context(back.desk.shop, today(back.database), language)


def fresh(back: Back, language: Language = "en") -> Context:
    """`language` names products and facts in English or Chinese."""
    return context_of(back, language)


Fresh = Annotated[Context, Depends(fresh)]
