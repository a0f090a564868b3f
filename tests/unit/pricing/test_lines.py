import pytest

from pricing.lines import Named, ordered


def shop(*rows):
    return {sku: Named(sku, name, category, "GBP", price) for sku, name, category, price in rows}


@pytest.mark.parametrize(
    ("small", "large"),
    [
        ("Red Backpack, Small", "Red Backpack, Large"), ("SMALL SKULL WINDMILL", "LARGE SKULL WINDMILL"),
        ("set of 4 mugs", "Set of 8 mugs"), ("Oolong, 50 g", "Oolong, 0.25 kg"), ("马克杯 小号", "马克杯 大号"),
        ("Cable, Compact", "Cable, Max"),
    ],
)  # fmt: skip
def test_sizes_of_one_product_are_a_line(small, large):
    assert ordered(shop(("A", large, "x", 9.0), ("B", small, "x", 5.0))) == (("B", "A"),)


def test_neighbours_in_size_are_paired_and_no_others():
    rows = shop(*((s, f"Jar, {s}", "x", p) for s, p in (("Large", 9.0), ("Medium", 7.0), ("Small", 5.0))))
    assert ordered(rows) == (("Medium", "Large"), ("Small", "Medium"))


def test_other_designs_categories_and_broken_orders_are_no_line():
    assert ordered(shop(("A", "Red Jar, Small", "x", 5.0), ("B", "Blue Jar, Large", "x", 9.0))) == ()
    assert ordered(shop(("A", "Jar, Small", "x", 5.0), ("B", "Jar, Large", "y", 9.0))) == ()
    assert ordered(shop(("A", "Jar, Small", "x", 9.5), ("B", "Jar, Large", "x", 9.0))) == ()
    assert ordered(shop(("A", "Maximal Jar", "x", 5.0), ("B", "Plush Jar", "x", 9.0))) == ()
