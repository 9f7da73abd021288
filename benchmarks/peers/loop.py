"""Judges events one by one, as a script would: dictionaries of what was seen, asked when the log is read."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime

from equal import AFTER, CLAUSE, HALF, LONG, ONCE, RECEIPT, SHARE, WITHIN


class Loop:
    """What the five rules have to remember of the events so far."""

    def __init__(self) -> None:
        self._received: list[tuple[str, datetime]] = []
        self._notified: list[tuple[str, datetime]] = []
        self._receipts: defaultdict[str, list[datetime]] = defaultdict(list)
        self._submitted: Counter[str] = Counter()
        self._decided: Counter[tuple[str, date]] = Counter()
        self._automated: Counter[tuple[str, date]] = Counter()
        self._without = 0

    def received(self, notice: str, at: datetime) -> None:
        """A notice came."""
        self._received.append((notice, at))

    def confirmed(self, notice: str, at: datetime) -> None:
        """A receipt was sent."""
        self._receipts[notice].append(at)

    def decided(self, state: str, at: datetime, *, automated: bool) -> None:
        """A notice was decided."""
        group = (state, at.date())
        self._decided[group] += 1
        self._automated[group] += automated

    def notified(self, notice: str, at: datetime) -> None:
        """A decision was notified."""
        self._notified.append((notice, at))

    def restricted(self, clause: str | None) -> None:
        """A restriction was applied."""
        self._without += clause is None

    def submitted(self, puid: str) -> None:
        """A statement was submitted."""
        self._submitted[puid] += 1

    def counts(self) -> dict[str, int]:
        """How often each rule was not met."""
        return {
            RECEIPT: sum(
                not any(at <= sent <= at + WITHIN for sent in self._receipts.get(notice, ()))
                for notice, at in self._received
            ),
            ONCE: sum(times > 1 for times in self._submitted.values()),
            CLAUSE: self._without,
            AFTER: sum(
                any(at < sent <= at + LONG for sent in self._receipts.get(notice, ())) for notice, at in self._notified
            ),
            SHARE: sum(self._automated[group] > HALF * times for group, times in self._decided.items()),
        }
