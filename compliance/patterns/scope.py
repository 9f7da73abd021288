"""What one run judges, and up to when."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.patterns.limit import Days


@dataclass(frozen=True, slots=True)
class Scope:
    """What one run judges: the instants between which triggers count, and up to which the log is known."""

    as_of: int
    start: int
    """First instant of the period, UTC µs."""
    end: int
    """First instant after the period."""
    open_start: bool
    """True where no period was asked for: every trigger up to `as_of` counts."""
    windows: tuple[tuple[int, int], ...]
    """Half-open windows in which the rule applies (in force, profile)."""
    started: int | None
    skew: int
    days: Days
    service: str
    only_service: bool
    listing: int
    seen: frozenset[str] | None = None
    """Event types of which the log holds events; None: not looked up."""

    @property
    def last(self) -> int:
        """Last instant of the period that can be known."""
        return min(self.end - 1, self.as_of)

    def may_hold(self, event_type: str) -> bool:
        """Whether the log may hold events of a type."""
        return self.seen is None or event_type in self.seen
