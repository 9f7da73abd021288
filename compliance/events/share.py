"""One file's share of a run's row numbers, and what became of its lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.events.dataset import FileCounts
from compliance.events.readers.lines import LineFile


@dataclass(slots=True)
class Share:
    """Row `start + k` is line `k + 1` of the file."""

    file: LineFile
    start: int
    duplicates: int = 0
    rejected: int = 0

    @property
    def reader(self) -> str:
        """Format that the file is read as."""
        return self.file.source.format

    @property
    def name(self) -> str:
        """The file as the user named it."""
        return self.file.source.name

    def line(self, row: int) -> int:
        """1-based line of a row of this share."""
        return row - self.start + 1

    def counts(self) -> FileCounts:
        """Conservation of the file."""
        lines = self.file.lines - len(self.file.blank) - self.file.filtered
        return FileCounts(
            self.name,
            self.file.sha256,
            self.file.source.size,
            lines,
            lines - self.duplicates - self.rejected,
            self.duplicates,
            self.rejected,
            len(self.file.blank),
            self.file.filtered,
        )


def share_of(shares: Sequence[Share], row: int) -> Share:
    """The share that a row lies in; shares are in order of their starts."""
    return shares[bisect_right(shares, row, key=lambda share: share.start) - 1]
