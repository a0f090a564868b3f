"""One function mapped over many parts: over the cores of this machine, or over Ray."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any, Literal, Protocol, TypeVar, get_args

from pricing.errors import PricingError

Engine = Literal["local", "ray"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
FEW = 4  # parts that are not worth starting processes for
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")

A = TypeVar("A")
B = TypeVar("B")


class Spread(Protocol):
    """Applies a picklable function to parts and yields the results in their order."""

    def __call__(self, work: Callable[[A], B], parts: Sequence[A]) -> Iterator[B]: ...


@contextmanager
def spread(engine: Engine = "local", workers: int | None = None, few: int = FEW) -> Iterator[Spread]:
    """A `Spread` over `workers` processes (a core each where None) for as long as the block lasts.

    "local" does `few` parts or fewer in this process. "ray" joins the cluster that RAY_ADDRESS names, or starts Ray on
    this machine and stops it afterwards. Raises PricingError for another name, or where Ray is not installed.
    """
    if engine not in ENGINES:
        raise PricingError(f"No engine is called {engine!r}. Use {' or '.join(ENGINES)}.")
    count = workers or len(os.sched_getaffinity(0))
    with _ray(count) if engine == "ray" else _local(count, few) as mapped:
        yield mapped


@contextmanager
def _local(workers: int, few: int) -> Iterator[Spread]:
    with ExitStack() as stack:
        pools: list[ProcessPoolExecutor] = []

        def mapped(work: Callable[[A], B], parts: Sequence[A]) -> Iterator[B]:
            if workers == 1 or len(parts) <= few:
                yield from map(work, parts)
                return
            if not pools:
                stack.enter_context(_without_script())
                pool = ProcessPoolExecutor(workers, get_context("spawn"), _one_thread)
                stack.callback(pool.shutdown, cancel_futures=True)
                pools.append(pool)
            try:
                yield from pools[0].map(work, parts)
            except BrokenProcessPool as death:
                raise PricingError(
                    "A worker process died, most likely for lack of memory. Run the command again: it goes on where it "
                    "stopped."
                ) from death

        yield mapped


def _one_thread() -> None:
    """A worker is one core's; told before it loads what would start threads."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))


@contextmanager
def _without_script() -> Iterator[None]:
    """Workers would first load the script that started this process, which takes seconds and is of no use to them."""
    script = sys.modules["__main__"]
    path = vars(script).pop("__file__", None)
    try:
        yield
    finally:
        if path is not None:
            vars(script)["__file__"] = path


@contextmanager
def _ray(workers: int) -> Iterator[Spread]:
    ray = _library()
    ours = not ray.is_initialized()
    if ours:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        here = {} if os.environ.get("RAY_ADDRESS") else {"num_cpus": workers, "include_dashboard": False}
        ray.init(log_to_driver=False, logging_level="ERROR", **here)
    remote = ray.remote(_applied)

    def mapped(work: Callable[[A], B], parts: Sequence[A]) -> Iterator[B]:
        ahead = max(2, int(ray.cluster_resources().get("CPU", workers))) * 2  # what is asked for and not yet taken
        waiting: deque[Any] = deque()
        shared = ray.put(work)
        for part in parts:
            waiting.append(remote.remote(shared, part))
            if len(waiting) >= ahead:
                yield ray.get(waiting.popleft())
        while waiting:
            yield ray.get(waiting.popleft())

    try:
        yield mapped
    finally:
        if ours:
            ray.shutdown()


def _applied(work: Callable[[A], B], part: A) -> B:
    return work(part)


def _library() -> Any:
    try:
        return import_module("ray")
    except ImportError:
        raise PricingError(
            "Ray is not installed. Install the extra: pip install 'pricedesk[ray]', or use --engine local."
        ) from None
