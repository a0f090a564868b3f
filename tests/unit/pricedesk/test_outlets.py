"""Which settings switch a sink on, and which do not fit together."""

from base64 import b64encode
from pathlib import Path

import pytest

from pricedesk.outlets import OutletError, sinks_of
from pricedesk.settings import Settings

SIGNING = "whsec_" + b64encode(bytes(range(32))).decode()
WHOLE = {
    "price_webhook_url": "https://erp.example/prices", "price_webhook_secret": SIGNING,
    "shopify_url": "https://my-shop.myshopify.com", "shopify_token": "shpat_x",
    "woocommerce_url": "https://shop.example", "woocommerce_key": "ck_x", "woocommerce_secret": "cs_x",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PRICEDESK_{name.upper()}", raising=False)


def names(**given: object) -> list[str]:
    return [sink.name for sink in sinks_of(Settings.model_validate(given))]


def test_prices_go_to_the_list_alone_until_something_else_is_set() -> None:
    assert names() == ["csv"]
    assert names(price_list=False) == []


def test_each_sink_is_on_once_its_settings_are_made() -> None:
    assert names(**WHOLE) == ["csv", "webhook", "shopify", "woocommerce"]


def test_the_list_lies_under_home(tmp_path: Path) -> None:
    (sink,) = sinks_of(Settings(home=tmp_path))
    assert vars(sink)["path"] == tmp_path / "pricelist.csv"


@pytest.mark.parametrize("left_out", WHOLE)
def test_half_of_a_sinks_settings_are_refused_by_name(left_out: str) -> None:
    with pytest.raises(OutletError, match=f"PRICEDESK_{left_out.upper()} is missing"):
        names(**{name: value for name, value in WHOLE.items() if name != left_out})


@pytest.mark.parametrize(
    "url",
    ["http://shop.example", "ftp://shop.example", "shop.example", "https://", "https://me:word@shop.example", "https://[",
     "https://shop.example?key=1", "file:///etc/passwd"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["price_webhook_url", "shopify_url", "woocommerce_url"])
def test_an_address_that_is_not_safe_is_refused(name: str, url: str) -> None:
    with pytest.raises(OutletError):
        names(**{**WHOLE, name: url})


@pytest.mark.parametrize("secret", ["hush", "whsec_", "whsec_c2hvcnQ=", "whsec_!" + "A" * 40])
def test_a_secret_that_signs_nothing_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(OutletError) as refused:
        names(**{**WHOLE, "price_webhook_secret": secret})
    assert secret not in str(refused.value).replace("whsec_ and", "")


def test_settings_and_sinks_show_no_secret() -> None:
    settings = Settings.model_validate(WHOLE)
    shown = repr(settings) + repr(sinks_of(settings))
    assert not [s for s in ("shpat_x", "ck_x", "cs_x", SIGNING) if s in shown]
