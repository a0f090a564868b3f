"""Small numbers in words, the way people write them."""

EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
EN_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ZH = "零一二三四五六七八九"


def english(n: int) -> str:
    """n from 0 to 99."""
    if n < 20:
        return EN[n]
    return EN_TENS[n // 10] + (f"-{EN[n % 10]}" if n % 10 else "")


def chinese(n: int, counting: bool = False) -> str:
    """n from 1 to 99; `counting` says 两 for two."""
    if n == 2 and counting:
        return "两"
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else ZH[tens] + "十"
    return head + (ZH[ones] if ones else "")
