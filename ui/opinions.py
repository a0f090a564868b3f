"""What buyers say of a product, counted: stars, tone with its interval, aspects, languages, and a turn."""

from collections.abc import Mapping

from babel import Locale

from agents.rendering import LOCALES, Language
from tools.heard import Aspect, Heard, Turned, stars_of
from ui.amounts import day, probability
from ui.markup import Html, el, flat, joined
from ui.rows import faint, table
from ui.words import known, say

QUOTED = 200
COLUMNS = ("vcol_aspect", "vcol_praise", "pcol_interval", "vcol_reviews", "vcol_said")


def opinions(heard: Heard, language: Language) -> Html:
    """All that was counted, with how many reviews stand behind it and which were not read."""
    if heard.turned:
        turn = _turn(heard.turned, language)
    elif heard.few:
        turn = faint(say("voices_few", language, n=heard.reviews))
    elif heard.suspected:
        when = day(heard.suspected.on.isoformat(), language)
        turn = faint(say("voices_suspected", language, day=when, n=f"{heard.suspected.fewer:.0f}"))
    else:
        turn = faint(say("voices_steady", language))
    return joined(_stars(heard, language), turn, *_tone(heard, language), _aspects(heard.aspects, language))


def _stars(heard: Heard, language: Language) -> Html:
    if heard.stars is None:
        return Html("")
    said = say("voices_stars", language, mean=f"{stars_of(heard.stars):.1f}", n=heard.stars.count)
    if heard.stars_recent is not None:
        said += say("voices_recent", language, mean=f"{stars_of(heard.stars_recent):.1f}")
    return el("p", said)


def _tone(heard: Heard, language: Language) -> list[Html]:
    lines = []
    if heard.pleased is not None:
        mean = heard.pleased
        spread = say(
            "interval", language, low=probability(mean.low, language), high=probability(mean.high, language)
        )  # fmt: skip
        said = say(
            "tone_read", language, share=probability(mean.mean, language), n=mean.count, spread=spread,
            languages=_languages(heard.read, language),
        )  # fmt: skip
        lines.append(el("p", said, class_="pd-tone"))
    if heard.unread:
        lines.append(faint(say("tone_unread", language, languages=_languages(heard.unread, language))))
    if heard.copies:
        lines.append(faint(say("voices_copies", language, n=heard.copies)))
    return lines


def _languages(counted: Mapping[str, int], language: Language) -> str:
    names = Locale.parse(LOCALES[language]).languages
    return ", ".join(f"{names.get(code, flat(code, 20) or '?')} {many}" for code, many in counted.items())


def _aspects(found: Mapping[str, Aspect], language: Language) -> Html:
    if not found:
        return Html("")
    rows = [
        [
            known(f"aspect_{name}", language, name),
            probability(one.mood.mean, language),
            f"{probability(one.mood.low, language)} – {probability(one.mood.high, language)}",
            str(one.mood.count),
            flat(one.quote.text, QUOTED) if one.quote else "—",
        ]
        for name, one in found.items()
    ]
    return table(say("aspects_title", language), [say(name, language) for name in COLUMNS], rows)


def _turn(one: Turned, language: Language) -> Html:
    found = one.turn
    said = say(
        "voices_worse" if found.worse else "voices_better", language,
        **{name: day(getattr(found, name).isoformat(), language) for name in ("on", "low", "high")},
        chance=probability(found.chance, language), before=f"{1 + 4 * found.before:.1f}",
        after=f"{1 + 4 * found.after:.1f}",
    )  # fmt: skip
    if one.since is not None:
        moved = known(f"aspect_{one.aspect}", language, one.aspect)
        said += say("voices_moved", language, aspect=moved, share=probability(one.since, language))
    quotes = (
        el("blockquote", el("p", flat(quote.text, QUOTED)), el("footer", _source(quote.written_on.isoformat(),
           quote.review_id, language), class_="pd-faint"))
        for quote in one.quotes
    )  # fmt: skip
    return joined(el("p", said, class_="pd-sign pd-no" if found.worse else "pd-sign"), *quotes)


def _source(when: str, review: str, language: Language) -> str:
    return f"{day(when, language)} · {say('review_number', language, id=flat(review, 64))}"
