"""Weeks with a public holiday, and what a store sells in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module

import numpy as np

from pricing.errors import PricingError
from pricing.history import History
from pricing.near import around
from pricing.panel import Days, Floats

COMMON_SD = 0.05  # of the log effect that all holidays share
OWN_SDS = (0.05, 0.15, 0.4)  # of each one's own beside it, weighed by the evidence against no effect at all
PROOF = 3.0  # log evidence that an effect of holidays needs
LEAST_NOISE = 0.05  # standard deviation of an ordinary week's log index, at least
LARGEST = 3.0  # of the log index either way (a week closed)
MOST_TIMES = 3.0  # the usual week, beyond which a large order says nothing of the store
HOME = {
    "AED": "AE", "AUD": "AU", "BRL": "BR", "CAD": "CA", "CHF": "CH", "CNY": "CN", "CZK": "CZ", "DKK": "DK",
    "GBP": "GB", "HKD": "HK", "HUF": "HU", "INR": "IN", "JPY": "JP", "KRW": "KR", "MXN": "MX", "MYR": "MY",
    "NOK": "NO", "NZD": "NZ", "PLN": "PL", "SEK": "SE", "SGD": "SG", "THB": "TH", "TRY": "TR", "TWD": "TW",
    "USD": "US", "VND": "VN", "ZAR": "ZA",
}  # fmt: skip


class UnknownCountryError(PricingError):
    """No calendar of holidays is known for a country."""


@dataclass(frozen=True)
class Calendar:
    """Which of K holidays fall into which of T weeks."""

    names: tuple[str, ...]
    falls: Floats  # (T, K) one where a day of the week is the holiday


def home(currencies: Iterable[str]) -> str | None:
    """The country whose currency most products have, None where several countries share it."""
    listed = sorted(currencies)
    return HOME.get(max(listed, key=listed.count)) if listed else None


def calendar(weeks: Days, country: str) -> Calendar:
    """Public holidays of a country (ISO 3166, two letters) in weeks that begin on the Mondays given.

    Raises UnknownCountryError for a country without a calendar.
    """
    almanac = import_module("holidays")  # read at need: it takes its time
    if country not in almanac.list_supported_countries():
        raise UnknownCountryError(
            f"No calendar of holidays is known for {country}. Give an ISO code such as GB or US, or none."
        )
    days: list[date] = [week.item() + timedelta(days=k) for week in weeks for k in range(7)]
    named = almanac.country_holidays(country, years=sorted({day.year for day in days}))
    found = {day: named[day].replace(" (observed)", "").split("; ") for day in days if day in named}
    names = sorted({name for each in found.values() for name in each})
    falls = np.zeros((len(weeks), len(names)))
    for k, day in enumerate(days):
        for name in found.get(day, ()):
            falls[k // 7, names.index(name)] = 1
    return Calendar(tuple(names), falls)


def holiday_factors(past: History, weeks: Days, ahead: int, country: str | None) -> Floats:
    """What the store sells in each of its T weeks and the `ahead` weeks after, against an ordinary one, (T + ahead,).

    Each week with a holiday, and the week before it, is held against the ordinary weeks around, product by product and
    summed. A holiday's effect is drawn to that of all holidays, and that to none (ridge regression as Bayes), so
    that one Christmas says something of the next, and a quiet bank holiday nothing. Ones without a country.
    """
    t = len(weeks)
    if country is None or t < 2:
        return np.ones(t + ahead)
    longer = weeks[0] + 7 * np.arange(t + ahead + 1)
    falls = calendar(longer, country).falls
    on, eve = falls[:-1], falls[1:] * (1 - falls[:-1])
    if not falls[:t].any():
        return np.ones(t + ahead)
    x = np.concatenate([on, eve, on.max(axis=1, keepdims=True), eve.max(axis=1, keepdims=True)], axis=1)
    index, seen = _index(past, x[:t].max(axis=1))
    if not seen.any():
        return np.ones(t + ahead)
    marked = x[:t].max(axis=1) > 0
    seen[0] = False  # a panel may begin within a week
    plain = index[seen & ~marked]
    index = index - (np.median(plain) if len(plain) else 0)
    plain = index[seen & ~marked]
    noise = max(float(np.sqrt(np.mean(plain**2))) if len(plain) else 0.0, LEAST_NOISE)
    return np.asarray(np.exp(x @ _effects(x[:t][seen & marked], index[seen & marked], noise)))


def _effects(x: Floats, index: Floats, noise: float) -> Floats:
    """Posterior mean (K,) of the effects, the last two shared by all, zeros where the evidence is thin."""
    nothing = float(-(index**2).sum() / noise**2 - 2 * len(index) * np.log(noise)) / 2
    best, found = nothing + PROOF, np.zeros(x.shape[1])
    for own in OWN_SDS:
        variance = np.r_[np.full(x.shape[1] - 2, own**2), np.full(2, COMMON_SD**2)]
        cov = (x * variance) @ x.T + noise**2 * np.eye(len(index))
        solved = np.linalg.solve(cov, index)
        evidence = float(-index @ solved - np.linalg.slogdet(cov)[1]) / 2
        if evidence > best:
            best, found = evidence, variance * (x.T @ solved)
    return found


def _index(past: History, marked: Floats) -> tuple[Floats, Floats]:
    """Log of the store's units in each week (T,) over what the ordinary weeks around it would have sold, and where
    that can be told."""
    usual = around(past, np.tile(marked, (len(past.units), 1)))
    says = past.known & np.isfinite(usual)
    usual = np.where(says, usual, 0)
    weight = says / (1 + usual)
    sold = (weight * np.minimum(past.units, MOST_TIMES * (usual + 1))).sum(axis=0)
    expected = (weight * usual).sum(axis=0)
    seen = expected > 0
    ratio = np.log((sold + 0.1) / np.where(seen, expected + 0.1, 1))
    return np.clip(np.where(seen, ratio, 0), -LARGEST, LARGEST), seen
