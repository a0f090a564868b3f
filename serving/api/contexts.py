"""One question's context, for the tools that answer it."""

from typing import Annotated

from fastapi import Depends

from agents.rendering import Language
from db.versions import known_as
from serving.api.backing import Back, Backing
from serving.api.schemas import SkuPath
from tools.context import Context
from tools.day import today


def context_of(back: Backing, language: Language = "en") -> Context:
    """A fresh ledger on the store's own day."""
    return Context(back.desk.shop, today(back.database), language)


def fresh(back: Back, language: Language = "en") -> Context:
    """`language` names products and facts in English or Chinese."""
    return context_of(back, language)


def meant(back: Backing, sku: str) -> str:
    """The product's own SKU, whatever the case it was written in; as it was written where none or several match."""
    with back.database.reading() as session:
        return known_as(session, [sku]).get(sku, sku)


def known_sku(back: Back, sku: SkuPath) -> str:
    """As `meant`, of a path."""
    return meant(back, sku)


KnownSku = Annotated[str, Depends(known_sku)]
Fresh = Annotated[Context, Depends(fresh)]
