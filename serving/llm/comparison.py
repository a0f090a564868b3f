"""Several weights side by side on the same messages, and how steady each is over several tries."""

from collections.abc import Callable, Mapping, Sequence

from serving.llm.evaluation import READERS, Outcome, judge, judged
from serving.llm.scores import Scores, share, share_of_time, tokens_each

Rounds = Sequence[Sequence[Outcome]]
"""The outcomes of the same messages, try by try."""


def steady(rounds: Rounds) -> dict[str, dict[str, tuple[float, float]]]:
    """(pass@1, pass^k) by reader and language: the share of exact calls in a try, and of messages exact in all of them.

    After Yao et al. 2024, tau-bench (arXiv 2406.12045): what a shop can rely on is the second.
    """
    languages = list(dict.fromkeys(o.question.language for o in rounds[0]))
    return {reader: {lang: _steady(rounds, reader, lang) for lang in languages} for reader in READERS}


def _steady(rounds: Rounds, reader: str, language: str) -> tuple[float, float]:
    tries = [
        [judge(o, reader).exact for o in outcomes]
        for outcomes in zip(*rounds, strict=True)
        if outcomes[0].question.language == language
    ]
    single = sum(sum(each) for each in tries)
    return share(single, len(tries) * len(rounds)), share(sum(all(each) for each in tries), len(tries))


def steady_table(rounds: Rounds) -> str:
    """Markdown."""
    many = len(rounds)
    lines = [f"| | pass@1 | pass^{many} |", "|---|---|---|"]
    for reader, by_language in steady(rounds).items():
        if reader != "planner":  # it knows no temperature
            lines += [f"| {reader}, {lang} | {one:.1%} | {every:.1%} |" for lang, (one, every) in by_language.items()]
    return "\n".join(lines)


def table(found: Mapping[str, Sequence[Outcome]]) -> str:
    """Markdown: one column for each name, the model alone and the desk around it, by language."""
    scores = {name: judged(outcomes) for name, outcomes in found.items()}
    lines = [f"| | {' | '.join(found)} |", "|---|" + "---|" * len(found)]
    languages = list(next(iter(scores.values()))["model"])
    for language in languages:
        for reader in ("model", "desk"):
            each = [scores[name][reader][language] for name in found]
            lines += _rows(f"{language}, {reader}: ", each)
        alone = [scores[name]["model"][language] for name in found]
        lines.append(_row(f"{language}: seconds a message", [f"{share_of_time(s):.2f}" for s in alone]))
        lines.append(_row(f"{language}: tokens a message", [f"{tokens_each(s):.1f}" for s in alone]))
    return "\n".join(lines)


def _rows(label: str, each: Sequence[Scores]) -> list[str]:
    measures: dict[str, Callable[[Scores], tuple[int, int]]] = {
        "tool": lambda s: (s.tool, s.many),
        "exact": lambda s: (s.exact, s.many),
    }
    lines = [_row(label + name, [f"{share(*of(s)):.1%}" for s in each]) for name, of in measures.items()]
    for field in sorted({name for s in each for name in s.fields}):
        counts = [s.fields.get(field, (0, 0)) for s in each]
        lines.append(_row(label + field, [f"{right}/{of}" for right, of in counts]))
    return lines


def _row(label: str, cells: Sequence[str]) -> str:
    return f"| {label} | {' | '.join(cells)} |"
