"""How far long work has come: told by whoever does it, heard only where somebody listens.

Nothing depends on a listener, and none is told more than counts: a result is the same with one and without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """How far one stage of the work is. `total` None: its end is not known; `done` equal to it: it is over."""

    stage: str
    done: int
    total: int | None
    unit: str
    """`bytes`, `rules`, ..."""


Listener = Callable[[Step | None], None]
"""Hears every step; None where a stage without a known end is over."""
_listener: ContextVar[Listener | None] = ContextVar("progress", default=None)


def tell(stage: str, done: int, total: int | None, unit: str) -> None:
    """Tells the listener, if there is one."""
    listener = _listener.get()
    if listener is not None:
        listener(Step(stage, done, total, unit))


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A stage of which only beginning and end are known."""
    tell(name, 0, None, "")
    try:
        yield
    finally:
        listener = _listener.get()
        if listener is not None:
            listener(None)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Lets a listener hear all that is told inside the block, in this thread."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        listener(None)
        _listener.reset(token)
