"""One function over many parts: in order, over real processes, and what is said where one dies."""

import os
import sys

import pytest

from pricing.errors import PricingError
from tools.engines import ONE_THREAD, spread


def squared(part: int) -> tuple[int, int]:
    return part**2, os.getpid()


def threads(part: int) -> list[str | None]:
    return [os.environ.get(name) for name in ONE_THREAD]


def died(part: int) -> int:
    os._exit(1)


def refused(part: int) -> int:
    raise PricingError(f"part {part} cannot be")


def test_results_come_in_the_order_of_the_parts_from_other_processes() -> None:
    with spread(workers=2, few=0) as over:
        found = list(over(squared, range(20)))
        more = list(over(squared, range(3)))
    assert [value for value, _ in found] == [n**2 for n in range(20)]
    assert [value for value, _ in more] == [0, 1, 4]
    processes = {process for _, process in found + more}
    assert os.getpid() not in processes
    assert len(processes) <= 2


def test_a_few_parts_are_done_here() -> None:
    with spread(workers=2, few=3) as over:
        assert list(over(squared, range(3))) == [(n**2, os.getpid()) for n in range(3)]
    with spread(workers=1) as over:
        assert {process for _, process in over(squared, range(30))} == {os.getpid()}


def test_a_worker_keeps_to_one_core_and_the_script_that_started_us_stays_what_it_was() -> None:
    script = vars(sys.modules["__main__"]).get("__file__")
    with spread(workers=2, few=0) as over:
        assert list(over(threads, [1])) == [["1"] * len(ONE_THREAD)]
    assert vars(sys.modules["__main__"]).get("__file__") == script


def test_a_worker_that_dies_is_told_with_what_to_do() -> None:
    with spread(workers=2, few=0) as over, pytest.raises(PricingError, match=r"died.*Run the command again"):
        list(over(died, [1, 2]))


def test_a_refusal_in_a_worker_is_a_refusal_here() -> None:
    with spread(workers=2, few=0) as over, pytest.raises(PricingError, match="part 7 cannot be"):
        list(over(refused, [7]))
