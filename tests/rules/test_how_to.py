"""docs/how-to/write-a-rule.md is followed word for word in an empty folder, and leads to a rule that is proved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Run

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "write-a-rule.md").read_text("utf-8")
LOG = """\
{"id":"E1","type":"service.started","time":"2026-07-01T00:00:00Z","service":"halcyon-live"}
{"id":"E2","type":"notice.received","time":"2026-07-02T10:00:00Z","service":"halcyon-live","notice_id":"N1","queue":"urgent"}
{"id":"E3","type":"notice.decided","time":"2026-07-02T12:00:00Z","service":"halcyon-live","notice_id":"N1"}
"""


def _commands() -> list[list[str]]:
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    return [line[2:].split()[1:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def _written(text: str) -> str:
    """The file with every block of the page put in the place of the key it begins with."""
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL):
        key = block.partition(":")[0]
        text, count = re.subn(rf"(?ms)^{key}:.*?(?=^[a-z#]|\Z)", lambda _, new=block: new, text, count=1)
        assert count == 1, key
    return text


def test_the_page_leads_to_a_proved_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """Every command of the page runs as the page says, and after the last test no change of the rule goes unnoticed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.ndjson").write_text(LOG, "utf-8")
    new, first_lint, *checks, show, check = _commands()[:7]
    assert run(*new).code == 0
    path = tmp_path / "OURS-16.6-URGENT.yaml"
    linted = run(*first_lint)
    assert linted.code == 3
    assert len(linted.out.splitlines()) == 7
    assert all("RUL-UNFILLED" in line for line in linted.out.splitlines())
    path.write_text(_written(path.read_text("utf-8")), "utf-8")
    for words in checks:
        ran = run(*words)
        assert (ran.code, ran.out if words[1] != "test" else "") == (0, ""), ran
    assert "decided within a day" in run(*show).out
    ran = run(*check)
    assert ran.code in {0, 1}
    assert "OURS-16.6-URGENT" in ran.out
