import numpy as np
import pytest

from pricing.shapes import SHAPES, logs, multiple

RATIO = np.linspace(0.7, 1.25, 23)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("slope", [-0.5, -1.5, -2.8])
def test_every_shape_has_its_elasticity_at_the_price_itself(shape, slope):
    near = multiple(shape, np.array(slope), np.array([0.999, 1.0, 1.001]))
    assert near[1] == pytest.approx(1)
    assert np.log(near[2] / near[0]) / np.log(1.001 / 0.999) == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_units_fall_as_the_price_rises(shape):
    assert (np.diff(multiple(shape, np.array(-2.0), RATIO)) < 0).all()


def test_later_shapes_lose_more_at_dearer_prices():
    found = np.array([multiple(shape, np.array(-2.0), np.array(1.2)) for shape in SHAPES])
    assert (np.diff(found) < 0).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_derivative_is_that_of_the_logarithm(shape):
    slope, step = np.full((1, 1), -1.8), 1e-5
    value, by_slope = logs(shape, slope, RATIO[None, :])
    above, below = (logs(shape, slope + s, RATIO[None, :])[0] for s in (step, -step))
    assert by_slope == pytest.approx((above - below) / (2 * step), abs=1e-5)
    assert np.exp(value) == pytest.approx(multiple(shape, slope, RATIO[None, :]), rel=0.02)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_price_and_no_slope_overflows(shape):
    for slope in (-9.0, 1.5):
        value, by_slope = logs(shape, np.full((1, 1), slope), np.array([[0.3, 1.0, 3.0]]))
        assert np.isfinite(value).all()
        assert np.isfinite(by_slope).all()
        assert (multiple(shape, np.array(slope), np.array([0.3, 1.0, 3.0])) >= 0).all()
