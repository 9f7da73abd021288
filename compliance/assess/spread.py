"""Work spread over the cores, its results in the order of the work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
WORTH_IT = 24
"""Fewer items than this are done before a second process has started."""


def spread(work: Callable[[T], R], items: Sequence[T], workers: int | None = None) -> Iterator[R]:
    """`work` of each item, in order; over so many processes (None: one per core where there is much to do)."""
    cores = (os.cpu_count() or 1) if len(items) >= WORTH_IT else 1
    count = min(workers or cores, len(items))
    if count < 2:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, items, chunksize=max(1, len(items) // (count * 8)))
