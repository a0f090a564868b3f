"""The bench of the refresh: one row a size, work done for real, peers in proportion."""

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bench import refresh
from bench.__main__ import _read
from bench.options import Options
from pricing import simulate
from tools.refresh import Refreshed


def test_sizes_are_read_from_the_command_line() -> None:
    options, names = _read(["refresh", "--sizes", "500", "4000"])
    assert (options.sizes, names) == ((500, 4000), ["refresh"])


def test_a_peer_that_is_not_installed_has_no_figure() -> None:
    panel = simulate.panel(simulate.store(5, 3, 30))

    def missing(panel: object, i: int) -> None:
        raise ImportError

    assert np.isnan(refresh._each(panel, missing))


def test_a_peer_is_timed_over_the_catalogue_and_not_on_its_first_call() -> None:
    panel = simulate.panel(simulate.store(5, 40, 30))
    seen: list[int] = []
    refresh._each(panel, lambda panel, i: seen.append(i))
    assert seen[0] == seen[1] == 0
    assert sorted(set(seen)) == list(range(40))


def work() -> int:
    return len(bytearray(40 * 2**20)) * 0 + os.getpid()


def test_memory_and_time_are_those_of_a_process_apart() -> None:
    cost = refresh._apart(work)
    assert cost.found != os.getpid()
    assert cost.peak > 40
    assert 0 <= cost.core < 10 * cost.seconds + 1


@pytest.mark.slow
def test_a_store_is_refreshed_in_earnest_and_the_second_time_nothing_is_done(tmp_path: Path) -> None:
    panel, lines = refresh._made(tmp_path, 20, Options(seeds=(5,), weeks=60))
    assert len(panel.skus) == 20
    assert lines > 1000
    first, again = (refresh._apart(partial(refresh._refreshed, str(tmp_path), anew)) for anew in (True, False))
    assert isinstance(first.found, Refreshed)
    assert (first.found.products, first.found.unchanged) == (20, False)
    assert again.found == replace(first.found, unchanged=True)
