"""A question of why something sells or does not."""

import re

_WHY = re.compile(
    r"\b(?:why|how come|what(?:'s| is| was)? (?:the )?(?:reason|wrong|happened to))\b|"
    r"为什么|为何|为啥|怎么(?:就)?(?:不|没|卖不)|什么原因|咋(?:不|没|卖不)",
    re.IGNORECASE,
)


def wonders(text: str) -> bool:
    """Whether a message asks for reasons."""
    return bool(_WHY.search(text))
