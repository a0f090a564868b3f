"""The command line. Exit codes: 0 done, 2 refused with a reason, 1 fault."""

import logging
import sys
from uuid import uuid4

import typer
from typer.exceptions import TyperException

from pricedesk.commands import (
    analysis,
    applying,
    asking,
    decisions,
    impact,
    jobs,
    model,
    people,
    rules,
    running,
    sentiment,
    store,
)
from pricing.errors import PricingError

app = typer.Typer(
    help="Four analysts and your signature: prices that can be defended.", no_args_is_help=True, add_completion=False
)
for module in (store, analysis, asking, decisions, applying, impact, people, rules, jobs, sentiment, running):
    module.add_to(app)
app.add_typer(model.app, name="model")


def main() -> None:
    """Run one command and end the process with its exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        code = app(standalone_mode=False)
    except PricingError as refusal:
        _end(str(refusal), 2)
    except typer.Abort:
        _end("Stopped.", 1)
    except TyperException as wrong:
        _end(wrong.format_message(), 2)
    except Exception:
        fault = uuid4().hex[:8]
        logging.getLogger("pricedesk").exception("fault %s", fault)
        _end(f"Something went wrong; nothing was half-written. Fault {fault}, see above.", 1)
    sys.exit(code if isinstance(code, int) else 0)


def _end(text: str, code: int) -> None:
    print(text, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
