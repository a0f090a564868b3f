"""What a refresh learned comes back as it was."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from db import fits, sales
from db.engine import Database
from db.tables import Fit, Product
from pricing.elasticity import Elasticity
from pricing.forecast import Forecast

FIT = Elasticity(
    "TEA-001", float("nan"), float("-inf"), -0.5, "product", False, "one price", 10, 1, 2.0, 2.0, 0.25, "PPML"
)


def forecast() -> Forecast:
    weeks = np.array(["2026-03-16", "2026-03-23"], dtype="datetime64[D]")
    quantiles = np.array([[1.0, np.nan]] * 5)
    return Forecast(
        "TEA-001",
        weeks,
        np.array([20.5, 21.0]),
        quantiles,
        np.arange(5, dtype=np.float64),
        41.5,
        2.0,
        10,
        0,
        "mean",
        "",
    )


def save(shop: Database, *found: Elasticity | Forecast) -> None:
    with shop.session() as session:
        fits.save(session, found, sales.data_versions(session))


def test_an_elasticity_comes_back_as_it_was(either_shop: Database) -> None:
    save(either_shop, FIT)
    with either_shop.reading() as session:
        stored = fits.load(session, "TEA-001", Elasticity)
        assert stored is not None
        assert stored.data_version == sales.data_version(session, "TEA-001")
    np.testing.assert_equal(asdict(stored.fit), asdict(FIT))


def test_a_forecast_comes_back_with_its_arrays(either_shop: Database) -> None:
    save(either_shop, forecast())
    with either_shop.reading() as session:
        stored = fits.load(session, "TEA-001", Forecast)
    assert stored is not None
    np.testing.assert_equal(asdict(stored.fit), asdict(forecast()))
    assert stored.fit.weeks.dtype == np.dtype("datetime64[D]")
    assert stored.fit.quantiles.shape == (5, 2)


def test_a_newer_fit_takes_the_place_of_the_older(either_shop: Database) -> None:
    save(either_shop, FIT)
    save(either_shop, replace(FIT, elasticity=-2.0))
    with either_shop.reading() as session:
        assert [one.fit.elasticity for one in fits.load_all(session, Elasticity)] == [-2.0]


def test_fits_are_listed_by_category(shop: Database) -> None:
    with shop.session() as session:
        session.add(Product(sku="CUP-001", name="Cup", category="cups", currency="GBP"))
    save(shop, FIT, replace(FIT, sku="CUP-001"))
    with shop.reading() as session:
        assert [one.fit.sku for one in fits.load_all(session, Elasticity)] == ["CUP-001", "TEA-001"]
        assert [one.fit.sku for one in fits.load_all(session, Elasticity, "cups")] == ["CUP-001"]
        assert fits.load_all(session, Forecast) == []


def test_a_fit_of_another_shape_counts_as_none(shop: Database) -> None:
    save(shop, FIT)
    with shop.session() as session:
        session.get_one(Fit, ("TEA-001", "elasticity")).body = {"sku": "TEA-001", "beta": 1}
    with shop.reading() as session:
        assert fits.load(session, "TEA-001", Elasticity) is None


def test_a_fit_without_its_data_version_is_not_saved(shop: Database) -> None:
    with shop.session() as session, pytest.raises(KeyError, match="CUP-001"):
        fits.save(session, [replace(FIT, sku="CUP-001")], sales.data_versions(session))
