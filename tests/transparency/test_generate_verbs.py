"""`compliance transparency 2026-H1` and `explain`: a store in, eleven parts out, and words for whatever stands in the way."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path

import pytest

from compliance.cli.main import exit_code
from compliance.evidence import staging
from tests.events.logs import kept, write

DECLARED = Path(__file__).with_name("declared.yaml")
CONFIG = """
[service]
id = "one"
name = "One (synthetic)"
provider = "One Ltd (synthetic)"

[profile]
designated = "vlop"

[transparency.identification]
by = "head of transparency"
dated = 2026-08-20
published = 2026-08-28

[transparency.choices]
by = "head of transparency"
dated = 2026-08-20
automated = "detection"

[[coverage]]
source = "all"
event_types = ["*"]
from = 2025-12-01T00:00:00Z
until = 2026-09-01T00:00:00Z
declared_by = "head of logs"
"""


def lines() -> list[bytes]:
    """Notices of two services, in 2026 and up to the day after the period."""
    made = []
    for number in range(1, 9):
        service = "two" if number == 8 else "one"
        event = {"id": f"e{number}", "type": "notice.received", "time": f"2026-0{number}-05T00:00:00Z", "service": service,
                 "notice_id": f"n{number}", "category": "STATEMENT_CATEGORY_VIOLENCE"}  # fmt: skip
        made.append(json.dumps(event).encode())
    return made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with the notices."""
    folder = tmp_path_factory.mktemp("log")
    kept(folder / "store", write(folder / "notices.ndjson", lines()))
    return str(folder / "store")


@pytest.fixture
def config(tmp_path: Path) -> str:
    """The configuration of the first service."""
    path = tmp_path / "compliance.toml"
    path.write_text(CONFIG, "utf-8")
    return str(path)


def part(folder: Path, name: str) -> list[dict[str, str]]:
    """Rows of one of the parts."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_period_in_place_of_a_verb_makes_its_report(store: str, config: str, tmp_path: Path) -> None:
    """Both ways to ask give the same bytes: eleven CSV files, a workbook and the record, for the one service."""
    folders = [tmp_path / "short", tmp_path / "long"]
    assert exit_code(["transparency", "2026-H1", "--store", store, "--out", str(folders[0]), "--config", config]) == 1
    again = ["transparency", "generate", "2026-H1", "--store", store, "--out", str(folders[1]), "--config", config]
    assert exit_code(again) == 1
    files = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert files[0] == files[1]
    assert len(files[0]) == 13
    total = part(folders[0], "4_notices.csv")[0]
    assert (total["Service"], total["Number of notices received "]) == ("One (synthetic)", "6")


def test_the_configuration_declares_and_a_file_takes_its_place(store: str, config: str, tmp_path: Path) -> None:
    """Sections of `[transparency]` count, a section of the file replaces that of the configuration, and the record names both."""
    for name, extra in (("own", []), ("file", ["--declared", str(DECLARED)])):
        exit_code(
            ["transparency", "2026-H1", "--store", store, "--out", str(tmp_path / name), "--config", config, *extra]
        )
    days = [part(tmp_path / name, "1_report_identification.csv")[2]["Value"] for name in ("own", "file")]
    assert days == ["", "2026-02-27"]
    record = json.loads((tmp_path / "file" / "figures.json").read_text("utf-8"))
    assert record["declared"]["moderators"]["by"] == "head of people"
    assert record["declared"]["moderators"]["dated"] == "2026-07-03"
    assert record["choices"]["automated"]["taken"] == "detection"
    assert record["cells"]["4:NOTICES:TOTAL"]["value"] == 6
    assert "notice.received" in record["relations"]["notices"]["parameters"]


def test_explain_names_the_lines_behind_a_cell(store: str, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each event with its file and line; of many the first, and their number exactly."""
    cell = ["transparency", "explain", "4:NOTICES:statement_category_violence", "--period", "2026-H1"]
    assert exit_code([*cell, "--store", store, "--config", config, "--listing", "2", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert [(one["id"], one["place"].rpartition("/")[2]) for one in found] == [
        ("e1", "notices.ndjson:1"), ("e2", "notices.ndjson:2"),
    ]  # fmt: skip
    assert "6; 6 event(s) behind it, the first 2 listed" in err


def test_a_log_that_ends_inside_the_period_is_said(
    store: str, config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The period is not over in the log: it is said first, and the figures stand as lower bounds."""
    asked = ["transparency", "2026-H1", "--store", store, "--config", config, "--as-of", "2026-03-31T00:00:00Z"]
    assert exit_code([*asked, "--out", str(tmp_path / "out")]) == 1
    assert "problem: the period is not over in the log, which is known up to 2026-03-31" in capsys.readouterr().err
    total = part(tmp_path / "out", "4_notices.csv")[0]
    assert total["Number of notices received "] == "3"
    assert (
        "A lower bound: logs of notice.received are complete for 49.1 %"
        in total["Contextual information on Number of notices received "]
    )


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["2026-Q1"], 2, "TRG-PERIOD"), (["2026-13"], 2, "PER-FORM"), (["2027-H1"], 2, "TRG-AHEAD"),
        (["2026-H1", "--config", "three.toml"], 3, "TRG-SERVICE"), (["2026-H1", "--store", "empty"], 3, "TRG-EMPTY"),
        (["2026-H1", "--store", "none"], 3, "STO-"), (["2026-H1", "--declared", "none.yaml"], 3, "TRG-DECLARED"),
        (["2026-H1", "--config", "vague.toml"], 2, "TRG-TIER"), (["2026-H1", "--out", "."], 3, "TRG-OUT"),
        (["2026-H1", "--config", "wrong.toml"], 3, "TRG-DECLARED"), (["2026-H1", "--as-of", "soon"], 2, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_a_report_is_refused(
    words: list[str], status: int, code: str, store: str, config: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Each has its code, its cause and the next step, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    Path("three.toml").write_text(CONFIG.replace('id = "one"', 'id = "three"'), "utf-8")
    Path("vague.toml").write_text('[service]\nid = "one"\n', "utf-8")
    Path("wrong.toml").write_text(CONFIG.replace('"detection"', '"guess"'), "utf-8")
    if "empty" in words:
        kept(Path("empty"), write(Path("empty.ndjson"), []))
    given = dict(zip(words[1::2], words[2::2], strict=True))
    options = {"--store": store, "--config": config, "--out": "out"} | given
    asked = ["transparency", words[0], *(word for pair in options.items() for word in pair)]
    assert exit_code(asked) == status
    err = capsys.readouterr().err
    assert code in err
    assert "next:" in err
    assert not Path("out").exists()


def test_a_full_disk_leaves_nothing_behind(
    store: str, config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report appears whole or not at all."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(staging.os, "fsync", full)
    target = tmp_path / "reports" / "out"
    assert exit_code(["transparency", "2026-H1", "--store", store, "--out", str(target), "--config", config]) == 3
    assert "EVD-WRITE" in capsys.readouterr().err
    assert list((tmp_path / "reports").iterdir()) == []
