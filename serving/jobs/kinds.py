"""What a job can be: a name, the arguments that it takes, who may ask for it, and the work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from db.moves import Actor, NotAllowedError
from pricing.errors import PricingError
from serving.jobs.run import Run


class BadJobError(PricingError):
    """No job can be made of this."""


class NoArgs(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Kind:
    """`work` returns the result as plain JSON. It goes on behind what `run.once` and `run.each` remember."""

    name: str
    work: Callable[[Run], Mapping[str, Any]]
    args: type[BaseModel] = NoArgs
    roles: Sequence[str] = ("admin", "system")


@dataclass(frozen=True)
class Periodic:
    """Work that one of all processes on the database does every so often, quietly, without a job of its own."""

    name: str
    seconds: float
    work: Callable[[], object]


def checked(kinds: Mapping[str, Kind], name: str, args: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """The arguments complete and as plain JSON. Raises BadJobError, and NotAllowedError for another role."""
    kind = kinds.get(name)
    if kind is None:
        raise BadJobError(f"{name!r} is no kind of job. Give one of {', '.join(kinds)}.")
    if actor.role not in kind.roles:
        raise NotAllowedError(f"A job of kind {name} is for {' or '.join(kind.roles)}; {actor.name} is {actor.role}.")
    try:
        return kind.args.model_validate(dict(args)).model_dump(mode="json")
    except ValidationError as wrong:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in wrong.errors())
        raise BadJobError(f"A job of kind {name} cannot be made of this: {said}.") from None
