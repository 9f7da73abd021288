"""What a person at a terminal sees of long work, and that nobody else sees anything of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from compliance.assess.session import judge
from compliance.cli.progress import Line, shown, words
from compliance.progress import Step, heard_by, stage, tell
from tests.conftest import Run

EVENT = '{"id": "e%d", "type": "notice.received", "time": "2026-07-01T10:00:00Z", "service": "s", "notice_id": "N%d"}\n'


class Screen(io.StringIO):
    """A terminal that keeps what was written."""

    def isatty(self) -> bool:
        """A terminal it is."""
        return True


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A small log."""
    path = tmp_path / "log.ndjson"
    path.write_text("".join(EVENT % (n, n) for n in range(20)), encoding="utf-8")
    return path


def test_a_line_is_written_over_and_wiped() -> None:
    """It shows share and time left, keeps to one line, and is gone when the stage is over."""
    screen, clock = Screen(), Hand()
    line = Line(screen, clock)
    clock.now = 1.5
    line(Step("judging", 10, 40, "rules"))
    clock.now = 3.5
    line(Step("judging", 20, 40, "rules"))
    assert "judging: 50 % of 40 rules, 2 s left" in screen.getvalue()
    assert "\n" not in screen.getvalue()
    line(Step("judging", 40, 40, "rules"))
    assert screen.getvalue().endswith("\r" + " " * 78 + "\r")


def test_short_work_shows_nothing() -> None:
    """What is over within a second needs no line, and so leaves nothing to wipe."""
    screen, clock = Screen(), Hand()
    line = Line(screen, clock)
    for done in range(5):
        clock.now += 0.1
        line(Step("reading a", done, 5, "bytes"))
    line(Step("reading a", 5, 5, "bytes"))
    assert screen.getvalue() == ""


@pytest.mark.parametrize(
    ("step", "seconds", "said"),
    [
        (Step("sealing events", 0, None, ""), 9.0, "sealing events ..."),
        (Step("reading a", 0, 5_000_000_000, "bytes"), 0.0, "reading a: 0 % of 5.0 GB"),
        (Step("reading a", 1_000_000, 4_000_000, "bytes"), 60.0, "reading a: 25 % of 4.0 MB, 3 min left"),
        (Step("reading a", 1, 1001, "bytes"), 10.0, "reading a: 0 % of 1 kB, 2.8 h left"),
        (Step("rows", 5000, None, "rows"), 2.0, "rows: 5,000 rows"),
    ],
)
def test_steps_in_words(step: Step, seconds: float, said: str) -> None:
    """Amounts in the unit a person would use; no time left where it cannot be told."""
    assert words(step, seconds) == said


def test_nothing_is_written_where_no_person_looks(log: Path, run: Run) -> None:
    """A pipe gets results and messages, and not one carriage return."""
    ran = run("check", log, "--as-of", "2026-07-02")
    assert "\r" not in ran.out + ran.err
    pipe = io.StringIO()
    with shown(pipe):
        tell("judging", 1, 2, "rules")
    assert pipe.getvalue() == ""


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal too, by the environment."""
    monkeypatch.setenv("COMPLIANCE_PROGRESS", "0")
    screen = Screen()
    with shown(screen), stage("sealing"):
        pass
    assert screen.getvalue() == ""


def test_a_check_tells_how_far_it_is(log: Path) -> None:
    """Bytes of the log, then rules, each up to its end; the assessment is the same with a listener and without."""
    heard: list[Step | None] = []
    with heard_by(heard.append):
        told = judge([log], as_of="2026-07-02").assessment
    steps = [step for step in heard if step is not None]
    assert {step.unit for step in steps} == {"bytes", "rules", ""}, "stages without a known end have no unit"
    for unit in ("bytes", "rules"):
        of_unit = [step for step in steps if step.unit == unit]
        assert of_unit[-1].done == of_unit[-1].total
    assert heard[-1] is None
    assert told == judge([log], as_of="2026-07-02").assessment


def test_an_interrupted_stage_is_over() -> None:
    """Whatever ends the work, the line is wiped before the failure is put into words."""
    heard: list[Step | None] = []
    with pytest.raises(KeyboardInterrupt), heard_by(heard.append), stage("sealing"):
        raise KeyboardInterrupt
    assert heard[-1] is None
