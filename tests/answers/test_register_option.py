"""`--register` of `letter read` and `answer`: entered on the way, once, or refused before anything is written; a log that was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.chain import append_to, read_chain
from compliance.answers.matter import LOG, open_matter
from compliance.answers.register import REGISTER, view
from compliance.errors import IntegrityError
from compliance.events.store import Store
from tests.answers.small_store import PROJECT, night, write_request
from tests.answers.test_register import now
from tests.conftest import Run
from tests.letters.sample import Commission, save


def test_a_letter_that_is_read_is_entered_once(tmp_path: Path, run: Run) -> None:
    """The request goes into the register with its reference and due time; read again to the same bytes it is not entered twice."""
    letter, request, house = save(tmp_path, Commission().text()), tmp_path / "request.yaml", tmp_path / "register"
    words = ("letter", "read", letter, "-o", request, "--force", "--register", house, "--role", "legal counsel")
    first = run(*words)
    assert (first.code, "recorded: letter" in first.err) == (0, True)
    assert run(*words).code == 0
    (found,) = view(house).letters
    assert (found.reference, found.due) == ("Ares(2026)5550123", "2026-06-12T17:00:00+02:00")
    assert len(read_chain(house / REGISTER)) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("-o", "request.yaml"), "REG-ROLE"),
        (("--role", "legal counsel"), "USE-REGISTER"),
        (("-o", "request.yaml", "--role", " "), "REG-ROLE"),
    ],
    ids=["no role", "no file", "blank role"],
)
def test_what_could_not_be_entered_is_refused_before_the_letter_is_read(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: str
) -> None:
    """Neither a request nor a register is written."""
    monkeypatch.chdir(tmp_path)
    letter = save(tmp_path, Commission().text())
    done = run("letter", "read", letter, "--register", "register", *words)
    assert done.code != 0
    assert code in done.err
    assert [path.name for path in tmp_path.iterdir()] == [letter.name]


def test_an_answer_is_entered_by_its_preparer(tmp_path: Path, run: Run) -> None:
    """The drafted answer stands in the register beside its letter; without a preparer nothing is answered."""
    log = tmp_path / "night.ndjson"
    log.write_text("".join(json.dumps(each) + "\n" for each in night()))
    Store.create(tmp_path / "store").ingest([log], project=PROJECT, clock=now)
    request, house, out = write_request(tmp_path), tmp_path / "register", tmp_path / "out"
    words = ("answer", request, "--store", tmp_path / "store", "--out", out, "--register", house)
    refused = run(*words)
    assert (refused.code != 0, "REG-ROLE" in refused.err, out.exists(), house.exists()) == (True, True, False, False)
    done = run(*words, "--preparer", "compliance officer", "--sent-at", "2026-09-25T12:00:00+02:00")
    assert done.code == 0, done.err
    assert "recorded: answer" in done.err
    (found,) = view(house).answers
    assert (found.folder, found.reference, found.state) == (str(out), "C(2026) 6142 final", "drafted")
    assert [entry.role for entry in read_chain(house / REGISTER)] == ["compliance officer"]


def test_a_register_that_was_changed_stops_the_act(tmp_path: Path, run: Run) -> None:
    """Exit code 5 with the file and line, and no request: nothing is added to a log that cannot be relied on."""
    letter, house = save(tmp_path, Commission().text()), tmp_path / "register"
    house.mkdir()
    (house / REGISTER).write_text("{}\n")
    done = run(
        "letter", "read", letter, "-o", tmp_path / "request.yaml", "--register", house, "--role", "legal counsel"
    )
    assert (done.code, "MAT-CHAIN" in done.err, f"{REGISTER}:1" in done.err) == (5, True, True)
    assert not (tmp_path / "request.yaml").exists()


Lines = list[dict[str, Any]]


def _sealed(line: dict[str, Any]) -> dict[str, Any]:
    """The line with its own digest made anew."""
    body = {name: value for name, value in line.items() if name != "digest"}
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return {**body, "digest": hashlib.sha256(canonical).hexdigest()}


def _inserted(lines: Lines) -> Lines:
    """A line that continues the first one, with a digest of its own, before the second."""
    return [lines[0], _sealed({**lines[1], "role": "nobody"}), *lines[1:]]


CHANGES: dict[str, tuple[Callable[[Lines], Lines], int]] = {
    "a role changed": (lambda lines: [lines[0], {**lines[1], "role": "other"}, *lines[2:]], 2),
    "a role changed, its digest made anew": (lambda lines: [_sealed({**lines[0], "role": "other"}), *lines[1:]], 2),
    "a time changed": (lambda lines: [*lines[:2], {**lines[2], "at": "2026-01-01T00:00:00Z"}, *lines[3:]], 3),
    "a detail changed": (lambda lines: [{**lines[0], "detail": {"n": 7}}, *lines[1:]], 1),
    "the first line dropped": (lambda lines: lines[1:], 1),
    "a line dropped": (lambda lines: [lines[0], *lines[2:]], 2),
    "a line dropped, numbers made anew": (lambda lines: [lines[0], _sealed({**lines[2], "seq": 2})], 2),
    "two lines swapped": (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
    "a line twice": (lambda lines: [*lines, lines[-1]], 5),
    "a line inserted": (_inserted, 3),
    "a field dropped": (lambda lines: [{name: lines[0][name] for name in lines[0] if name != "role"}, *lines[1:]], 1),
    "a field added": (lambda lines: [{**lines[0], "more": 1}, *lines[1:]], 1),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("log", [REGISTER, LOG])
def test_every_change_of_a_chained_log_is_named_by_file_and_line(tmp_path: Path, log: str, name: str) -> None:
    """Register and matter alike: layer `matter`, the file, the first line that does not hold, exit code 5."""
    change, line = CHANGES[name]
    path = tmp_path / log
    for number in range(4):
        append_to(path, now, "note", "legal counsel", {"n": number})
    lines = [json.loads(text) for text in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(each, sort_keys=True, separators=(",", ":")) + "\n" for each in change(lines)))
    with pytest.raises(IntegrityError, match="MAT-CHAIN") as caught:
        view(tmp_path) if log == REGISTER else open_matter(tmp_path)
    assert caught.value.place is not None
    found = (caught.value.layer, caught.value.place.file, caught.value.place.line, caught.value.exit_code)
    assert found == ("matter", str(path), line, 5)
