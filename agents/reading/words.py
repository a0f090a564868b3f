"""Word lists written as prose."""


def listed(prose: str) -> tuple[str, ...]:
    """The words of a list, in order."""
    return tuple(prose.split())


def bag(prose: str) -> frozenset[str]:
    """The words of a list, as a set."""
    return frozenset(prose.split())
