"""Cross effects on simulated stores with known truth, in forms other than the one that is fitted, and without any."""

from dataclasses import replace

import numpy as np
import pytest
from panels import grown

from pricing.baskets import Baskets
from pricing.cross import CrossEffects, believed, cross_effects
from pricing.demand import Demand
from pricing.guardrails import Offer
from pricing.names import name_vectors
from pricing.pairs import MOST, Pairs, candidates
from pricing.panel import Panel
from pricing.ppml import Mask
from pricing.ripple import Neighbour, ripple, unknown
from pricing.risk import assess


def paired(panel: Panel, share: float = 1.0) -> Pairs:
    """Each product with the next one, both ways."""
    n = len(panel.skus) // 2 * 2
    of = np.arange(n)
    return Pairs(of, of ^ 1, np.zeros(n, np.int64), np.full((n, 2), share))


def store(seed: int, effect: float, linear: bool = False, volume: float = 4.0) -> Panel:
    """Pairs of products, each of which gains `effect` times the log (or linear) price step of the other."""
    known = grown(seed, products=80, volume=volume, flat=0.0, stock_outs=0.0)
    panel = known.panel
    step = np.log(panel.price / panel.price.mean(axis=1, keepdims=True))
    other = step[np.arange(80) ^ 1]
    factor = np.maximum(0.0, 1 + effect * (np.exp(other) - 1)) if linear else np.exp(effect * other)
    rng = np.random.default_rng(seed)
    units = rng.poisson(known.mean * factor * rng.gamma(10, 0.1, known.mean.shape)).astype(float)
    return replace(panel, categories=("one",) * 80, units=units)


def usable(effects: tuple[CrossEffects, ...]) -> Mask:
    return np.array([known for one in effects for known in one.usable], dtype=bool)


def stacked(effects: tuple[CrossEffects, ...], name: str) -> np.ndarray:
    return np.concatenate([getattr(one, name) for one in effects])


@pytest.mark.parametrize(("effect", "linear"), [(0.8, False), (0.8, True), (-0.6, False)])
def test_strong_effects_are_found_with_their_sign_and_covered(effect: float, linear: bool) -> None:
    panel = store(3, effect, linear)
    effects = cross_effects(panel, paired(panel))
    found = stacked(effects, "elasticity")
    assert abs(found.mean() - effect) < 0.3 * abs(effect)
    inside = (stacked(effects, "ci_low") <= effect) & (effect <= stacked(effects, "ci_high"))
    assert inside.mean() > 0.75
    claimed = usable(effects)
    assert claimed.mean() > 0.2
    assert (np.sign(found[claimed]) == np.sign(effect)).mean() > 0.95


def test_where_there_is_none_nearly_none_is_claimed() -> None:
    claims = []
    for seed in (4, 5, 6):
        panel = store(seed, 0.0)
        claims.append(usable(cross_effects(panel, paired(panel))))
    assert np.concatenate(claims).mean() <= 0.05


def test_effects_are_nearer_the_truth_than_none_and_than_what_each_pair_says_alone() -> None:
    panel = store(7, 0.25, volume=2.0)
    found = stacked(cross_effects(panel, paired(panel)), "elasticity")
    step, units = np.log(panel.price), np.log(panel.units + 1)
    alone = []
    for i in range(80):
        x = np.stack([step[i ^ 1], step[i], np.ones(step.shape[1]), panel.promo[i]], axis=1)
        alone.append(np.linalg.lstsq(x, units[i], rcond=None)[0][0])
    error = np.sqrt(np.mean((found - 0.25) ** 2))
    assert error < 0.25
    assert error < np.sqrt(np.mean((np.array(alone) - 0.25) ** 2)) / 2


def test_a_price_that_hardly_moved_says_nothing() -> None:
    panel = store(8, 0.8)
    price = panel.price.copy()
    price[1] = price[1].mean()
    effects = cross_effects(replace(panel, price=price), paired(panel))
    assert effects[1].reasons == ("the price hardly moved; run a price test",)
    assert not effects[1].usable[0]


def test_prices_that_move_together_cannot_be_told_apart() -> None:
    panel = store(9, 0.8)
    price = panel.price.copy()
    price[1] = price[0] * 1.5
    effects = cross_effects(replace(panel, price=price, promo=np.zeros_like(panel.promo)), paired(panel))
    for one in effects[:2]:
        assert "moved together" in one.reasons[0]


def test_a_few_weeks_together_are_too_few() -> None:
    panel = store(10, 0.8)
    units = panel.units.copy()
    units[0, :-20] = np.nan
    effects = cross_effects(replace(panel, units=units), paired(panel))
    assert effects[0].reasons[0].endswith("20 weeks; 26 are needed")
    assert effects[0].others == (panel.skus[1],)


def test_an_effect_is_told_of_the_product_whose_price_moves() -> None:
    panel = store(11, 0.8)
    for sku, one in zip(panel.skus, cross_effects(panel, paired(panel)), strict=True):
        assert one.sku == sku
        assert [(row["sku"], row["other"]) for row in one.rows()] == [(other, sku) for other in one.others]


def test_without_pairs_every_product_has_an_empty_answer() -> None:
    panel = store(12, 0.0)
    nothing = np.zeros(0, np.int64)
    effects = cross_effects(panel, Pairs(nothing, nothing, nothing, np.zeros((0, 2))))
    assert [one.sku for one in effects] == list(panel.skus)
    assert not any(one.others for one in effects)
    assert believed(effects) == {}


def test_candidates_are_bounded_and_never_the_product_itself() -> None:
    rng = np.random.default_rng(0)
    names = [
        f"{colour} {thing}" for colour in ("red", "blue", "green", "black") for thing in ("mug", "jug", "cup")
    ] * 10
    skus = [f"S{i}" for i in range(len(names))]
    categories = ["kitchen"] * 60 + ["garden"] * 60
    orders = Baskets.of([list(rng.choice(skus, 3, replace=False)) for _ in range(300)] + [["S0", "S119"]] * 40)
    pairs = candidates(skus, categories, rng.random(120), name_vectors(names), orders)
    assert (pairs.of != pairs.to).all()
    assert len(set(zip(pairs.of.tolist(), pairs.to.tolist(), strict=True))) == len(pairs)
    for kind, most in enumerate(MOST):
        assert np.bincount(pairs.of[pairs.kind == kind], minlength=1).max() <= most
    inside = pairs.kind < 2
    assert (np.array(categories)[pairs.of[inside]] == np.array(categories)[pairs.to[inside]]).all()
    together = [(0, 119, 2), (119, 0, 2)]
    assert set(together) <= set(zip(pairs.of.tolist(), pairs.to.tolist(), pairs.kind.tolist(), strict=True))


def test_names_of_one_thing_are_alike_in_both_languages() -> None:
    vectors = name_vectors(["Blue mug", "Red mug", "Garden chair", "蓝色马克杯", "红色马克杯", "花园椅", ""])
    like = (vectors @ vectors.T).toarray()
    assert like[0, 1] > like[0, 2] == 0
    assert like[3, 4] > like[3, 5]
    assert like[6].sum() == 0


SUBSTITUTES = CrossEffects(
    "A", ("B", "C"), ("substitute", "substitute"), np.array([0.5, 0.1]), np.array([0.2, -0.2]), np.array([0.8, 0.4]),
    np.array([0.18, 0.18]), np.array([0.1, 0.1]), (True, False), ("", "unsure"),
)  # fmt: skip
BESIDE = {sku: Neighbour(sku, 100.0, 90.0, 110.0, 2.0, "profit") for sku in ("B", "C")}


def test_a_dearer_product_sends_buyers_to_its_substitutes() -> None:
    found = ripple(SUBSTITUTES, BESIDE, 1.1)
    first = found.spills[0]
    assert (first.sku, first.usable) == ("B", True)
    assert 0 < first.units.low < first.units.mean < first.units.high
    assert first.units.mean == pytest.approx(100 * (1.1**0.5 - 1), rel=0.1)
    assert first.money.mean == pytest.approx(2 * first.units.mean)
    assert ripple(SUBSTITUTES, BESIDE, 1 / 1.1).spills[0].units.mean < 0


def test_of_a_sum_that_is_not_known_only_the_known_parts_count() -> None:
    wide = replace(SUBSTITUTES, se=np.array([0.1, 2.0]), shared=np.zeros(2))
    found = ripple(wide, BESIDE, 1.1)
    assert not found.known
    assert found.counted == 1
    assert found.draws.mean() == pytest.approx(found.spills[0].money.mean)


def test_what_is_not_known_is_not_counted_and_says_why() -> None:
    vague = replace(SUBSTITUTES, elasticity=np.zeros(2), usable=(False, False))
    found = ripple(vague, BESIDE, 1.1)
    assert found.counted == 0
    assert not found.draws.any()
    assert "2 related products" in unknown(found, "GBP", "profit")
    assert "GBP of profit" in unknown(found, "GBP", "profit")


def test_the_price_of_today_moves_nobody() -> None:
    found = ripple(SUBSTITUTES, BESIDE, 1.0)
    assert found.money.mean == found.money.low == 0
    assert found.counted == 0
    with pytest.raises(ValueError, match="not above 0"):
        ripple(SUBSTITUTES, BESIDE, 0.0)


def test_risk_counts_the_neighbours_in_its_own_worlds() -> None:
    rng = np.random.default_rng(1)
    units = rng.poisson(50, 2000)[:, None] * np.array([1.0, 0.8])
    demand = Demand("A", 4, np.array([10.0, 11.0]), units)
    offer = Offer(sku="A", currency="GBP", price=10.0, cost=4.0, price_low=9.0, price_high=12.0)
    found = ripple(SUBSTITUTES, BESIDE, 1.1)
    bare, whole = assess(demand, offer, 11.0), assess(demand, offer, 11.0, found.draws)
    assert whole.change.mean == pytest.approx(bare.change.mean + found.draws.mean())
    assert whole.p_loss < bare.p_loss
    assert whole.money == bare.money
    assert bare.neighbours is None
    with pytest.raises(ValueError, match="as many draws"):
        assess(demand, offer, 11.0, found.draws[:10])
