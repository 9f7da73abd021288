"""Many files at once: order, processes, identifiers across files, digests."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from compliance.errors import ComplianceError, InputError
from compliance.sor import sweep as module
from compliance.sor.judged import Tally
from compliance.sor.sweep import Identities, Options, Part, Portion, processors, sweep
from tests.sor.samples import csv_text, dump, ndjson, row, statement


def parts(count: int, size: int = 40) -> list[bytes]:
    """CSV files of a day; one row of each is invalid."""
    made = []
    for part in range(count):
        given = [row(platform_uid=f"p-{part}-{number}") for number in range(size)]
        given[part]["content_language"] = "XX"
        made.append(csv_text(given))
    return made


def told(portions: list[Portion]) -> tuple[Tally, list[tuple[str, int]]]:
    """Counts, and places of what is invalid or refused."""
    tally = Tally()
    for portion in portions:
        tally.add(portion)
    places = [
        (portion.file.split("!")[-1], entry.line)
        for portion in portions
        for entry in (*portion.invalid, *portion.refused)
    ]
    assert tally.read == tally.valid + tally.invalid + tally.refused + tally.blank
    return tally, places


def test_a_day_is_read_where_it_lies(tmp_path: Path) -> None:
    """Two archives inside one; every row is judged, nothing is unpacked."""
    path = dump(tmp_path, parts(3), per_zip=2)
    tally, places = told(list(sweep([path], Options())))
    assert (tally.read, tally.valid, tally.invalid, tally.refused) == (120, 117, 3, 0)
    assert places == [(f"sor-global-2025-11-05-full-{n // 2:05}-{n % 2:05}.csv", n + 2) for n in range(3)]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [path.name, path.name + ".sha1"]


def test_processes_find_what_one_finds_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three processes over seven files give the very same portions."""
    path = dump(tmp_path, parts(7))
    alone = list(sweep([path], Options()))
    monkeypatch.setattr(module, "WORTH_SHARING", 0)
    assert list(sweep([path], Options(processes=3))) == alone
    assert processors() >= 1


def test_a_process_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that goes away between planning and reading is an error with its name, not a hang."""
    gone = [Part(f"gone-{n}", "dump", tmp_path / f"gone-{n}.csv", weight=1) for n in range(2)]
    with pytest.raises(ComplianceError) as caught:
        list(module._shared(gone, Options(), 2))
    assert caught.value.code == "ING-FILE-MISSING"


def test_an_identifier_stands_once_per_platform(tmp_path: Path) -> None:
    """In whatever file the second one stands; another platform may use the same."""
    first = csv_text([row(platform_uid="same"), row(platform_uid="same", platform_name="Another (synthetic)")])
    second = csv_text([row(platform_uid="x"), row(platform_uid="same"), row(platform_uid="x", category="X")])
    tally, places = told(list(sweep([dump(tmp_path, [first, second])], Options())))
    assert places == [
        ("sor-global-2025-11-05-full-00000-00001.csv", 3),
        ("sor-global-2025-11-05-full-00000-00001.csv", 4),
    ]
    assert tally.errors == {("puid", "unique"): 1, ("category", "in"): 1}


def test_a_row_judged_closely_has_the_same_identity(tmp_path: Path) -> None:
    """Whether the pattern or the closer look took a row, its platform and identifier are the same thing."""
    names = ['A "B", C', "Plain", "With space", "Ünï"]
    given = [row(platform_name=name, decision_facts=facts) for name in names for facts in ("x", " x")]
    tally, _ = told(list(sweep([dump(tmp_path, [csv_text(given)])], Options())))
    assert (tally.valid, tally.invalid) == (4, 4)


def test_a_wrong_digest_is_told_after_the_rows(tmp_path: Path) -> None:
    """Rows are judged; the archive is one refused entry."""
    path = dump(tmp_path, parts(1))
    path.with_name(path.name + ".sha1").write_text("0" * 40 + f"  {path.name}")
    tally, _ = told(list(sweep([path], Options())))
    assert (tally.read, tally.reasons["SOR-SHA1"]) == (41, 1)


def test_an_empty_digest_file_proves_nothing(tmp_path: Path) -> None:
    """It is passed over."""
    path = dump(tmp_path, parts(1))
    path.with_name(path.name + ".sha1").write_text("")
    tally, _ = told(list(sweep([path], Options())))
    assert tally.refused == 0


def test_a_cut_archive_is_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    """Members before the cut are found without the directory at the end."""
    path = dump(tmp_path, parts(3, 4000))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    path.with_name(path.name + ".sha1").unlink()
    tally, _ = told(list(sweep([path], Options())))
    assert tally.valid > 4000
    assert tally.reasons["ING-COMPRESSED"] == 2


def test_what_is_no_archive_is_refused_and_the_next_file_read(tmp_path: Path) -> None:
    """Bytes that only begin like one."""
    broken = tmp_path / "a.zip"
    broken.write_bytes(b"PK\x05\x06 nothing")
    good = ndjson(tmp_path / "b.ndjson", [statement()])
    tally, _ = told(list(sweep([broken, good], Options())))
    assert (tally.valid, dict(tally.reasons)) == (1, {"ARC-DAMAGED": 1})


def test_files_of_every_kind_are_told_apart(tmp_path: Path) -> None:
    """CSV, compressed CSV, payloads; a missing file is an error of the call."""
    plain = tmp_path / "day.csv"
    plain.write_bytes(csv_text([row(platform_uid="c-1")]))
    packed = tmp_path / "more.csv.gz"
    packed.write_bytes(gzip.compress(csv_text([row(platform_uid="c-2")])))
    payload = ndjson(tmp_path / "sent.ndjson", [statement(), {"statements": [statement(puid="p-2")]}])
    tally, _ = told(list(sweep([plain, packed, payload], Options())))
    assert (tally.valid, tally.calls) == (4, 1)
    with pytest.raises(InputError, match="ING-FILE-MISSING"):
        list(sweep([tmp_path / "none.csv"], Options()))


def test_identities_are_dropped_once_compared() -> None:
    """Findings handed on carry no platform's identifiers."""
    seen = Identities()
    portion = Portion("f", 2, 2, 2, identities=b"a,1\na,2")
    assert seen.checked(portion).identities == b""
    again = seen.checked(Portion("f", 9, 2, 2, identities=b"\na,2"))
    assert [(judged.line, judged.puid) for judged in again.invalid] == [(10, "2")]
