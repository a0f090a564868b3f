"""A trained adapter: put to use where it is better, or made smaller."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from agents import leaning
from knowledge.embedding import Embedder
from pricedesk.commands.evaluating import EXPLANATIONS, SEED, Each, Many, Requests, Split, questions
from pricedesk.contenders import BASE, Contender, Tell, contender
from pricedesk.models import model_folder, weights_of
from pricedesk.output import Json, progress, say
from pricedesk.settings import Settings
from pricing.errors import PricingError
from serving.llm.adopting import install
from serving.llm.card import card
from serving.llm.gate import Pair, counted, paired, table, verdict
from serving.llm.merging import CONFIG, WEIGHTS, MergeError
from serving.llm.merging import merge as merged
from serving.llm.quantising import quantise as write_quantised
from serving.llm.quantising import quantised
from serving.llm.weights import ADAPTER, WeightsError, prepare

if TYPE_CHECKING:
    from serving.llm.evaluation import Outcome, Question
    from serving.llm.explained import Explained


def adopt(
    folder: Annotated[Path, typer.Argument(help="What `pricedesk model train` left.")],
    requests: Requests = None,
    into: Annotated[Path | None, typer.Option(help="Where it goes; the state folder's own if not said.")] = None,
    split: Split = "test",
    each: Each = 3,
    many: Many = 0,
    as_json: Json = False,
) -> None:
    """Let an adapter take the place of the one in use, if it is surely better on messages with known requests.

    Both read the same messages and write the same explanations. More calls of the desk must be exact over all, beyond
    chance, and no language may lose.
    """
    settings = Settings()
    place = (into or model_folder(settings) / "adapter").resolve()
    folder = folder.resolve()
    before = _before(folder, place)
    model_folder(settings).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=model_folder(settings)) as scratch, progress() as tell:
        old, new = (
            _trial(one, questions(requests, split, each, many, one.lean(Embedder())), tell)
            for one in _both(before, folder, settings, Path(scratch))
        )
    told = verdict([*_paired(old, new, "desk"), *_written(old, new)])
    desk, alone = told.pairs, _paired(old, new, "model")
    tables = f"The desk:\n{table(desk)}\n\nThe model alone:\n{table(alone)}"
    if not told.adopted:
        raise PricingError(f"{tables}\n\nNot adopted: {'; '.join(told.reasons)}. {_KEPT}")
    on = f"{len(new.outcomes)} messages of {_named(requests, split)}"
    against = "another adapter" if before else "the bare base"
    try:
        install(
            folder, place, card(folder, against, desk, alone, on),
            Path(leaning.__file__).parent if place == ADAPTER else None,
        )  # fmt: skip
    except OSError as error:
        raise PricingError(f"{place} cannot be written: {error.strerror}. Nothing was changed.") from error
    figures = {"adopted": str(place), "desk": [vars(pair) for pair in desk], "alone": [vars(pair) for pair in alone]}
    say(figures, as_json, f"{tables}\n\nAdopted: {place}. It is merged at the next start of the desk.")


_KEPT = "What was in use stays. Train further or on more data, or judge by more messages (--requests)."


def _before(folder: Path, place: Path) -> Path | None:
    """The adapter that would be replaced: at that place, else the one that ships, else none."""
    if not (folder / CONFIG).exists() or not (folder / WEIGHTS).exists():
        raise PricingError(f"{folder} holds no adapter ({CONFIG}, {WEIGHTS}). Make one: pricedesk model train --out F.")
    before = next((one for one in (place, ADAPTER) if (one / CONFIG).exists()), None)
    if before and (before / WEIGHTS).read_bytes() == (folder / WEIGHTS).read_bytes():
        raise PricingError(f"The adapter in {folder} is the one in use. Nothing was changed.")
    return before


def _both(before: Path | None, folder: Path, settings: Settings, scratch: Path) -> Sequence[Contender]:
    new = contender(str(folder), settings, scratch)
    if before is None:
        return contender(BASE, settings, scratch), new
    network = leaning.loaded(before) or leaning.shipped()
    try:
        return Contender("before", prepare(scratch / "before", adapter=before), network), new
    except WeightsError as refusal:
        raise PricingError(str(refusal)) from refusal


@dataclass(frozen=True)
class Trial:
    """What a contender made of the messages, and of the facts that it was to explain."""

    outcomes: "Sequence[Outcome]"
    explained: "Sequence[Explained]"


def _trial(one: Contender, asked: "Sequence[Question]", tell: Tell) -> Trial:
    from serving.llm.evaluation import ask_local  # noqa: PLC0415 - seconds
    from serving.llm.explained import cases, explain_local  # noqa: PLC0415 - seconds
    from serving.llm.local import LocalModel  # noqa: PLC0415 - seconds

    model, of = LocalModel(one.weights), cases(SEED, min(EXPLANATIONS, len(asked)))
    outcomes = list(ask_local(asked, model, lambda done, of: tell(f"{one.name} asked", done, of)))
    return Trial(outcomes, list(explain_local(of, model, lambda done, of: tell(f"{one.name} explains", done, of))))


def _paired(old: Trial, new: Trial, reader: str) -> Sequence[Pair]:
    from serving.llm.evaluation import judge  # noqa: PLC0415 - seconds

    return paired(*([judge(o, reader) for o in trial.outcomes] for trial in (old, new)))


def _written(old: Trial, new: Trial) -> Sequence[Pair]:
    """Which explanations the model wrote itself, without a number or a word that the facts deny."""
    both = zip(old.explained, new.explained, strict=True)
    return counted("explained", [(a.case.language, _well(a), _well(b)) for a, b in both])


def _well(one: "Explained") -> bool:
    return not one.why and not one.problems


def _named(requests: list[Path] | None, split: str) -> str:
    """Without the path, which means nothing elsewhere."""
    if not requests:
        return f"the made-up data's split {split}"
    return ", ".join(f"`{'/'.join(file.resolve().parts[-2:])}`" for file in requests)


def merge(
    adapter: Annotated[Path, typer.Argument(help="What `pricedesk model train --base FOLDER` left.")],
    base: Annotated[Path, typer.Option(help="The folder of the weights that it was trained on.")],
    out: Annotated[Path, typer.Option(help="A new folder, to be served as PRICEDESK_MODEL.")],
    as_json: Json = False,
) -> None:
    """Merge an adapter of another base into it. The desk does this by itself for the base that ships."""
    if out.exists():
        raise PricingError(f"{out} is there already. Name a new folder.")
    try:
        merged(adapter, base, out)
    except (OSError, MergeError) as refusal:
        raise PricingError(str(refusal)) from refusal
    say({"weights": str(out.resolve())}, as_json, f"Merged: {out}. Serve it as PRICEDESK_MODEL={out.resolve()}")


def quantise(
    out: Annotated[Path | None, typer.Option(help="Where it goes; the state folder's own if not said.")] = None,
    as_json: Json = False,
) -> None:
    """Write the served weights in 8-bit integers, as PRICEDESK_MODEL_QUANTISED serves them (compressed-tensors)."""
    settings = Settings()
    with progress() as tell:
        try:
            plain = weights_of(
                settings.model_copy(update={"model_quantised": False}), lambda done, of: tell("weights", done, of)
            )
            if out and out.exists():
                raise PricingError(f"{out} is there already. Name a new folder.")
            made = write_quantised(Path(plain), out.resolve()) if out else quantised(plain, model_folder(settings))
        except WeightsError as refusal:
            raise PricingError(str(refusal)) from refusal
    say({"weights": str(made)}, as_json, f"Quantised: {made}")
