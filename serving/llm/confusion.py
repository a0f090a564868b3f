"""Which tool was meant and which was understood, as a picture that needs no library: SVG."""

from collections.abc import Mapping
from html import escape
from pathlib import Path

Counts = Mapping[tuple[str, str], int]
"""How many messages by (meant, understood)."""

CELL, LEFT, TOP, GAP = 34, 150, 150, 40
RIGHT, WRONG = (33, 113, 181), (203, 24, 29)
_STYLE = 'font-family="system-ui,sans-serif" font-size="12" fill="#222"'


def svg(panels: Mapping[str, Counts]) -> str:
    """One matrix a title, side by side: rows what was meant, columns what was understood, shares of a row as shade."""
    names = sorted({name for counts in panels.values() for pair in counts for name in pair})
    width = LEFT + CELL * len(names) + GAP
    whole, height = width * len(panels), TOP + CELL * len(names) + GAP
    drawn = [_panel(title, counts, names, at * width) for at, (title, counts) in enumerate(panels.items())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {height}" width="{whole}" height="{height}" '
        f'role="img" {_STYLE}><title>Tools meant and understood</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(drawn)}</svg>\n'
    )


def _panel(title: str, counts: Counts, names: list[str], x: int) -> str:
    parts = [f'<g transform="translate({x} 0)"><text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>']
    for at, name in enumerate(names):
        middle = CELL * at + CELL / 2
        parts.append(f'<text x="{LEFT - 8}" y="{TOP + middle + 4}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<text transform="translate({LEFT + middle + 4} {TOP - 8}) rotate(-60)">{escape(name)}</text>')
    for row, meant in enumerate(names):
        of = sum(counts.get((meant, understood), 0) for understood in names)
        for column, understood in enumerate(names):
            parts.append(_cell(counts.get((meant, understood), 0), of, row, column))
    return "".join(parts) + "</g>"


def _cell(count: int, of: int, row: int, column: int) -> str:
    share = count / of if of else 0.0
    colour = RIGHT if row == column else WRONG
    shade = 0.06 + 0.94 * share if count else 0.03
    x, y = LEFT + CELL * column, TOP + CELL * row
    box = (
        f'<rect x="{x}" y="{y}" width="{CELL - 2}" height="{CELL - 2}" rx="3" '
        f'fill="rgb{colour if count else (0, 0, 0)}" fill-opacity="{shade:.2f}"/>'
    )
    ink = "#fff" if shade > 0.55 else "#222"
    text = f'<text x="{x + CELL / 2 - 1}" y="{y + CELL / 2 + 3}" text-anchor="middle" fill="{ink}">{count}</text>'
    return box + (text if count else "")


def written(panels: Mapping[str, Counts], file: Path) -> None:
    """To `file`: an HTML page where its name says so, else SVG."""
    drawn = svg(panels)
    page = f"<!doctype html><meta charset=utf-8><title>Tools meant and understood</title>{drawn}"
    file.write_text(page if file.suffix in (".html", ".htm") else drawn, "utf-8")
