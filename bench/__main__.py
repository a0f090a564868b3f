"""Run benches by name, all of them without a name: python -m bench elasticity uplift --seeds 101-105."""

import argparse
import sys
import time
from importlib import import_module

from bench.options import FORMS, Options, numbers

BENCHES = (
    "elasticity",
    "cross",
    "forecast",
    "uplift",
    "refresh",
    "speed",
    "search",
    "sentiment",
    "recommend",
    "launch",
    "queue",
    "decisions",
    "page",
)  # modules of this folder, each with run(options) -> Iterator[Table]
ASKED = ("pictures",)  # made only where they are named


def main() -> None:
    """Print the tables of each bench as soon as they are there, with the seconds it took."""
    options, names = _read(sys.argv[1:])
    for name in names:
        begun = time.perf_counter()
        for table in import_module(f"bench.{name}").run(options):
            print(f"\n{table}", flush=True)
        print(f"\n[{name}: {time.perf_counter() - begun:.0f} s]", flush=True)


def _read(words: list[str]) -> tuple[Options, list[str]]:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="bench", help=f"of {', '.join(BENCHES)} (all by default), {', '.join(ASKED)}"
    )
    parser.add_argument("--seeds", type=numbers, default=Options.seeds, help="for example 101-105 or 1,4,7")
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(Options.forms), help="of simulated demand")
    parser.add_argument("--products", type=int, default=Options.products)
    parser.add_argument("--weeks", type=int, default=Options.weeks)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=list(Options.sizes), help="products of the stores that are refreshed"
    )
    parser.add_argument("--cost-history", action="store_true", help="the merchant recorded costs week by week")
    asked = parser.parse_args(words)
    unknown = sorted(set(asked.names) - {*BENCHES, *ASKED})
    if unknown:
        parser.error(f"no bench is called {unknown[0]}")
    options = Options(
        seeds=asked.seeds,
        forms=tuple(asked.forms),
        products=asked.products,
        weeks=asked.weeks,
        cost_history=asked.cost_history,
        sizes=tuple(asked.sizes),
    )
    return options, asked.names or list(BENCHES)


if __name__ == "__main__":
    main()
