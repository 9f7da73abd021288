"""Where the absence of an event says something."""

from __future__ import annotations

from compliance.events.catalogue import catalogue
from compliance.events.dataset import CoverageStatement, Hole, Interval
from compliance.patterns.coverage import Knowledge, Knowns, windows_of

TYPE = "notice.received"


def said(source: str, start: int, end: int, *, gap: bool = False) -> CoverageStatement:
    """A source's word on a window."""
    return CoverageStatement(source, (TYPE,), Interval(start, end), gap=gap)


def knowns(*statements: CoverageStatement, holes: tuple[Hole, ...] = (), as_of: int = 1000, lines: int = 10) -> Knowns:
    """Knowledge of a small log."""
    return Knowns(statements, holes, as_of, catalogue(), lines, 0.001)


def test_adjoining_windows_of_a_source_merge() -> None:
    """Daily heartbeats that meet give one window."""
    assert windows_of((said("a", 0, 10), said("a", 10, 20)), TYPE, catalogue()) == (Interval(0, 20),)


def test_a_gap_splits_a_window() -> None:
    """A declared gap ends a window and starts the next."""
    found = windows_of((said("a", 0, 20), said("a", 5, 7, gap=True)), TYPE, catalogue())
    assert found == (Interval(0, 5), Interval(7, 20))


def test_every_source_must_be_complete() -> None:
    """A type written by two sources is known only where both are complete."""
    assert windows_of((said("a", 0, 20), said("b", 10, 30)), TYPE, catalogue()) == (Interval(10, 20),)


def test_a_type_nobody_speaks_of_is_covered_nowhere() -> None:
    """No statement, no coverage."""
    assert not knowns(said("a", 0, 20)).of("complaint.received").covered(1, 2)


def test_a_window_is_half_open_but_reaches_the_end_of_what_is_known() -> None:
    """The last instant of a window is outside it, unless nothing later can be known anyway."""
    assert not knowns(said("a", 0, 20)).of(TYPE).covered(5, 20)
    assert knowns(said("a", 0, 20), as_of=20).of(TYPE).covered(5, 30)


def test_a_refused_line_touches_only_its_own_case() -> None:
    """A refused line whose case is known does not put another case in doubt; one without a case puts all."""
    own = Hole(TYPE, "N1", 5, 5, "f", 1, "ING-X")
    known = knowns(said("a", 0, 20), holes=(own,)).of(TYPE)
    assert known.knows(1, 10, "N1") is Knowledge.REJECTED_LINE
    assert known.knows(1, 10, "N2") is Knowledge.COVERED
    assert known.knows(6, 10, "N1") is Knowledge.COVERED
    everyone = knowns(said("a", 0, 20), holes=(Hole(TYPE, None, 5, 5, "f", 1, "ING-X"),)).of(TYPE)
    assert everyone.knows(1, 10, "N2") is Knowledge.REJECTED_LINE


def test_too_many_unreadable_lines_put_everything_in_doubt() -> None:
    """Unreadable lines are a caveat up to the tolerance and a gap above it."""
    lost = Hole(None, None, 0, 100, "f", 1, "ING-JSON")
    assert knowns(said("a", 0, 20), holes=(lost,), lines=5000).of(TYPE).knows(1, 2, None) is Knowledge.COVERED
    assert knowns(said("a", 0, 20), holes=(lost,), lines=500).of(TYPE).knows(1, 2, None) is Knowledge.REJECTED_LINE
