import numpy as np
import pytest
from panels import grown

from pricing import simulate
from pricing.elasticity import elasticities
from pricing.evidence import evidence, todays_price
from pricing.pooling import pooled
from pricing.reaction import reactions
from pricing.shapes import SHAPES
from pricing.traits import traits


def of(panel):
    speaks = np.array([not e.gap for e in evidence(panel)])
    return pooled(panel.categories, reactions(panel, todays_price(panel)), traits(panel), speaks), speaks


@pytest.mark.parametrize(("form", "curved"), [("constant", False), ("linear", True)])
def test_the_form_of_a_stores_demand_is_learnt(form, curved):
    found, speaks = of(simulate.panel(simulate.store(7, form=form), cost_history=False))
    straight = found.weight[:2, speaks].sum(axis=0).mean()
    assert found.weight.sum(axis=0) == pytest.approx(1)
    assert straight < 0.25 if curved else straight > 0.75


def test_every_estimate_carries_the_forms_that_it_was_averaged_over():
    for e in elasticities(grown(3).panel):
        assert [f.shape for f in e.forms] == list(SHAPES)
        assert sum(f.weight for f in e.forms) == pytest.approx(1)
        assert sum(f.weight * f.elasticity for f in e.forms) == pytest.approx(e.elasticity)
        assert e.past_low < e.past < e.past_high
        assert e.reference > 0


def test_margins_speak_where_the_merchant_knows_the_buyers():
    shop = simulate.store(8)
    panel, truth = simulate.panel(shop, cost_history=False), shop.truth["elasticity"].to_numpy()
    found, speaks = of(panel)
    blind = pooled(panel.categories, reactions(panel, todays_price(panel)), np.zeros((len(truth), 1)), speaks)
    errors = [np.sqrt(np.mean((p.mean - truth)[speaks] ** 2)) for p in (found, blind)]
    assert errors[0] < errors[1]
