"""A small shop to tell stories about: its prices moved, and its buyers answered."""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

FIRST, WEEKS = date(2024, 1, 1), 104
HOSTILE = "<img src=x onerror=alert(1)>"
PRODUCTS = (  # sku, English name, Chinese name, cost, usual price, units a week, elasticity
    ("LAMP-01", "brass reading lamp", "黄铜阅读灯", 9.0, 19.95, 160, -0.7),
    ("MUG-02", "blue stoneware mug", "蓝色陶瓷杯", 2.4, 7.95, 110, -1.8),
    ("BAG-03", "canvas garden bag", "帆布园艺包", 5.5, 14.95, 170, -0.7),
    ("CAN-04", "beeswax candle", "蜂蜡蜡烛", 1.9, 5.95, 140, -2.2),
    ("XSS-05", HOSTILE, HOSTILE, 3.0, 9.95, 140, -0.8),
    ("TRAY-07", "walnut serving tray", "胡桃木托盘", 11.0, 29.95, 130, -0.7),
    ("NEW-06", "oak bread board", "橡木面包板", 8.0, 24.95, 0, -1.0),
)
STEPS = (0.86, 0.93, 1.0, 1.08, 1.15)
NARROW = {"BAG-03": (0.92, 0.96, 1.0, 1.04, 1.08)}  # a small step is all that its history speaks for: a low risk


Row = tuple[object, ...]


def write(folder: Path) -> Path:
    """A store folder with two years of weekly order lines; NEW-06 has never sold."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(11)
    products: list[Row] = [
        (sku, name, zh, "home", f"{name} for the home", cost, price, "GBP", 4000)
        for sku, name, zh, cost, price, _, _ in PRODUCTS
    ]
    head = ("sku", "name", "name_zh", "category", "description", "cost", "price", "currency", "stock")
    _table(folder / "products.csv", head, products)
    sales = [line for product in PRODUCTS for line in _lines(product, random)]
    _table(folder / "sales.csv", ("date", "sku", "units", "price", "order_id"), sales)
    reviews: list[Row] = [
        ("R1", "LAMP-01", "2025-11-03", 5, "Bright and sturdy. <script>alert(2)</script>"),
        ("R2", "LAMP-01", "2025-11-17", 4, "灯光很柔和, 做工不错。"),
    ]
    _table(folder / "reviews.csv", ("review_id", "sku", "date", "rating", "text"), reviews)
    return folder


def _lines(product: tuple[str, str, str, float, float, int, float], random: np.random.Generator) -> list[Row]:
    """Two orders a week; the price holds for a month or so, then moves to another step."""
    sku, _, _, _, usual, units, elasticity = product
    lines: list[Row] = []
    step = 1.0
    for week in range(WEEKS if units else 0):
        if week % 4 == 0:
            step = float(random.choice(NARROW.get(sku, STEPS))) if week < WEEKS - 6 else 1.0
        price, mean = round(usual * step, 2), units * step**elasticity / 2
        for day in (1, 4):
            sold = max(1, int(random.poisson(mean)))
            lines.append((FIRST + timedelta(days=7 * week + day), sku, sold, price, f"{sku}-{week}-{day}"))
    return lines


def _table(path: Path, head: tuple[str, ...], rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
