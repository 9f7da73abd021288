"""What every engine remembers while it judges a rule: the SQL it ran and the tables it made."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Traced(ABC):
    """The trace of an engine and the names of its tables."""

    __slots__ = ("_inside", "_standing", "_tables", "_trace")

    def __init__(self) -> None:
        self._inside = False
        self._standing = 0
        self._tables: list[str] = []
        self._trace: list[str] = []

    @abstractmethod
    def drop(self, name: str) -> None:
        """Forgets a temporary table."""

    def begin(self) -> None:
        """Starts a new trace; tables made from here on go with `end`."""
        self._inside = True
        self._trace.clear()
        self._tables.clear()

    def end(self) -> None:
        """Forgets the tables made since `begin`, the last one first: one may be a view over another."""
        for name in reversed(self._tables):
            self.drop(name)
        self._tables.clear()
        self._inside = False

    @property
    def trace(self) -> tuple[str, ...]:
        """SQL texts run since `begin`, in order."""
        return tuple(self._trace)

    def _name(self) -> str:
        if not self._inside:
            # stands until it is dropped, beside those of another check that the same engine ran before
            self._standing += 1
            return f"run_{self._standing}"
        # numbered anew for each rule, so that the same run prints the same SQL
        self._tables.append(f"kept_{len(self._tables) + 1}")
        return self._tables[-1]
