"""What tells of persons goes; what only looks like it stays."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.masking import masked

MASKED = [
    ("Mail me: jane.doe+shop@example.co.uk please", "Mail me: [email] please"),
    ("write to bob at gmail dot com", "write to [email]"),
    ("bob (at) example (dot) com has it", "[email] has it"),
    ("call me on +44 7911 123456", "call me on [phone]"),
    ("(415) 555-2671 is my number", "[phone] is my number"),
    ("ring 555-0123 now", "ring [phone] now"),
    ("my order 203-1234567-7654321 never came", "my order [order number] never came"),
    ("Order number: AB1234567 late", "Order number: [order number] late"),
    ("tracking SF1234567890123 is stuck", "tracking [order number] is stuck"),
    ("card 4111 1111 1111 1111 was charged", "card [card number] was charged"),
    ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [account] please"),
    ("SSN 078-05-1120", "SSN [id number]"),
    ("Delivered to 12 Baker Street, London NW1 6XE instead", "Delivered to [address] instead"),
    ("Flat 3, 221B Baker Street", "[address]"),
    ("My name is Jane Smith and I hate it", "My name is [name] and I hate it"),
    ("Spoke to Sarah, very kind", "Spoke to [name], very kind"),
    ("Never again. Best regards, John Miller", "Never again. Best regards, [name]"),
    ("Mr. Smith at the shop helped", "Mr. [name] at the shop helped"),
    ("我的手机号是13812345678，请联系", "我的手机号是〔电话〕，请联系"),
    ("手机138-1234-5678", "手机〔电话〕"),
    ("电话：010-62345678", "电话：〔电话〕"),
    ("订单号：20231111123456789没收到", "订单号：〔订单号〕没收到"),
    ("加微信 abc12345 返现", "加微信 〔账号〕 返现"),
    ("QQ：609909965", "QQ：〔账号〕"),
    ("身份证11010519491231002X", "身份证〔证件号〕"),
    ("卡号6222021234567890128", "卡号〔卡号〕"),
    ("我叫张伟，很喜欢", "我叫〔姓名〕，很喜欢"),
    ("王先生态度很好", "〔姓名〕先生态度很好"),
    ("寄到北京市海淀区中关村大街27号3单元502室", "寄到〔地址〕"),
    ("邮箱zhang@example.cn没回", "邮箱〔邮箱〕没回"),
]
KEPT = [
    "SKU 85123A size 42-44, 12.99 on 2024-01-15",
    "EAN 5012345678900",
    "ISBN 9780141036144",
    "model 9876543210 is bad",
    "It cost 1,299.00 and 1299 the day after",
    "Bought on 12/05/2023 for 19.99",
    "M13 5GB 128GB",
    "1920 x 1080 60 Hz 3840x2160",
    "10 20 30 40 50 60 70 mm",
    "2023 2024 2025 2026",
    "100000 km, 25000000 pieces",
    "Order 2 get 1 free, ordered 3 in 2023",
    "order 2024-05-12 arrived",
    "This is Amazing!",
    "This is Great, really",
    "Better than my old Dr Martens",
    "Mr Coffee machine works",
    "5 Star Street food",
    "card 4111 1111 1111 1112 fails the check",
    "适合老年女士，做工好",
    "于老年女士",
    "买了2024年1月15日，价格199元",
    "型号13812345678",
    "尺码170/88A 身高175体重65公斤",
    "国标GB18401-2010 A类",
    "双十一12月12日 699买的",
    "用了1500 1600 1700 三档",
    "我叫了外卖，杯子很好用",
]


@pytest.mark.parametrize(("text", "shown"), MASKED)
def test_what_tells_of_a_person_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("text", KEPT)
def test_codes_sizes_prices_and_dates_stay(text: str) -> None:
    assert masked(text) == text


def test_the_name_of_a_product_is_no_person() -> None:
    assert masked("Spoke to Alexa Echo about it", keep="Alexa Echo Dot") == "Spoke to Alexa Echo about it"


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@pytest.mark.parametrize("part", ["a@", "1 ", "北京市", "中路1号", "Abc Def ", "AB12", "order ", "微信"])
def test_the_time_grows_with_the_length_alone(part: str) -> None:
    def seconds(size: int) -> float:
        begun = time.process_time()
        masked((part * size)[:size])
        return time.process_time() - begun

    short = max(min(seconds(2000) for _ in range(3)), 0.002)
    assert min(seconds(16_000) for _ in range(3)) < 40 * short
