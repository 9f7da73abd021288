"""One figure against its aim, and how figures are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Measured, Ratio

SHARED = 0.1
"""Share of the cores in other hands above which the clock says little, and processor time is compared instead."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and what was wanted: at most the aim, or at least. `basis` is the clock's or the processors' time."""

    name: str
    value: float
    aim: float
    unit: str = "×"
    at_least: bool = False
    basis: str = ""

    @property
    def met(self) -> bool:
        """True where the aim was reached."""
        return self.value >= self.aim if self.at_least else self.value <= self.aim

    def row(self) -> str:
        """The figure as a row of Markdown."""
        sign = "≥" if self.at_least else "≤"
        verdict = "met" if self.met else "**not met**"
        value = f"{number(self.value)} {self.unit}".strip()
        return f"| {self.name} | {value} | {self.basis} | {sign} {self.aim:g} {self.unit} | {verdict} |".replace(
            "  ", " "
        )


def compared(
    name: str, ratio: Ratio, aim: float, runs: Sequence[Measured], *, at_least: bool = False, unit: str = "×"
) -> Figure:
    """A ratio against its aim: by the clock where the machine was ours, else by processor time."""
    if max((run.others for run in runs), default=0.0) > SHARED:
        return Figure(name, ratio.cpu, aim, unit, at_least, "processor")
    return Figure(name, ratio.wall, aim, unit, at_least, "clock")


def number(value: float) -> str:
    """A figure with the digits that mean something."""
    if value == int(value) and value < 1000:
        return f"{value:.0f}" if value == 0 or value >= 10 else f"{value:.2f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]
