"""Who does something: a name and a role."""

from dataclasses import dataclass

from db.tables import ROLES


@dataclass(frozen=True)
class Actor:
    """Who moves a proposal. Raises ValueError for a role that does not exist."""

    name: str
    role: str

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"{self.role!r} is no role; the roles are {', '.join(ROLES)}")


SYSTEM = Actor("pricedesk", "system")
