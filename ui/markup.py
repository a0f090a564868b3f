"""HTML and Markdown that text from outside cannot break out of."""

import re
from html import escape

MARKS = re.compile(r"([\\`*_{}\[\]<>#|!~$&:@.+-])")


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def el(tag: str, *children: str, **attributes: str | None) -> Html:
    """An element; children that are not Html are escaped. `class_` stands for class, `_` in a name for `-`."""
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Html(f"<{tag}{named}>{joined(*children)}</{tag}>")


def joined(*children: str) -> Html:
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children))


def flat(text: str, most: int = 2000) -> str:
    """Foreign text on one line, cut."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def plain(text: str, most: int = 8000) -> str:
    """Foreign text as Markdown that shows it letter by letter, line by line: no mark, no link, no HTML."""
    lines = (MARKS.sub(r"\\\1", line.strip()) for line in text[:most].splitlines())
    return "\n".join(lines)
