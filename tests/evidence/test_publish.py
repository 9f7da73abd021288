"""Heads given away: a log that goes on continues them, one that was made anew does not, and a recipient can tell."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from compliance.errors import EvidenceError, InputError, IntegrityError
from compliance.events.store import Store
from compliance.evidence.bag import TAG_MANIFEST
from compliance.evidence.bundle import Bundle, write_bundle
from compliance.evidence.crate import CrateInfo
from compliance.evidence.disclosure import head_file
from compliance.evidence.publish import check_heads, heads_file, heads_of, publish_head
from compliance.evidence.testkey import TestAuthority
from compliance.evidence.verify import verify_bundle
from tests.conftest import Run
from tests.events.logs import event, kept, line, write
from tests.evidence.small_bundle import WHEN


def _grown(folder: Path, *numbers: int, shift: int = 0) -> Store:
    """A store with one delivery per number."""
    for number in numbers:
        log = write(folder / f"{number}-{shift}.ndjson", [line(event(number + shift)), line(event(100 + number))])
        store, _ = kept(folder / "store", log)
    return store


def _now() -> dt.datetime:
    return WHEN


def test_a_log_that_goes_on_continues_its_heads(tmp_path: Path, authority: TestAuthority) -> None:
    """Two heads, one stamped, hold against the grown log; the ledger says who gave them away."""
    store = _grown(tmp_path, 1)
    publish_head(store, tmp_path / "heads", role="log custodian", clock=_now)
    store = _grown(tmp_path, 2)
    publish_head(store, tmp_path / "heads", role="log custodian", clock=_now, tsa=authority.tsa(_now))
    store = _grown(tmp_path, 3)
    lines = check_heads(Store.open(store.path), tmp_path / "heads")
    assert [text.split(": ", 1)[1] for text in lines] == [
        "2 leaves, continued by the log's 6; no time stamp",
        "4 leaves, continued by the log's 6; time stamped 2026-09-25T12:00:00Z",
    ]
    assert [entry["role"] for entry in Store.open(store.path).ledger.of("published")] == ["log custodian"] * 2


def test_a_head_is_given_away_once_and_an_empty_log_not_at_all(tmp_path: Path) -> None:
    """The second time writes nothing."""
    with pytest.raises(EvidenceError, match="PUB-EMPTY"):
        publish_head(Store.create(tmp_path / "empty"), tmp_path / "heads", role="r", clock=_now)
    store = _grown(tmp_path, 1)
    first = publish_head(store, tmp_path / "heads", role="log custodian", clock=_now)
    assert publish_head(Store.open(store.path), tmp_path / "heads", role="log custodian", clock=_now) == first
    assert len(Store.open(store.path).ledger.of("published")) == 1


def test_a_log_made_anew_is_found(tmp_path: Path) -> None:
    """Another first event, or fewer events, break the head; so does a head of another log."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    store = _grown(tmp_path / "one", 1, 2)
    head = publish_head(store, tmp_path / "heads", role="log custodian", clock=_now)
    other = _grown(tmp_path / "two", 1, 2, shift=7)
    origin = "\n".join([Store.open(other.path).origin, *head.read_text().split("\n")[1:]])
    head.write_text(origin)
    with pytest.raises(IntegrityError, match="does not continue"):
        check_heads(other, tmp_path / "heads")
    head.write_text(origin.replace("\n4\n", "\n9\n"))
    with pytest.raises(IntegrityError, match="taken out"):
        check_heads(other, tmp_path / "heads")
    head.write_text("elsewhere\n" + origin.split("\n", 1)[1])
    with pytest.raises(IntegrityError, match="another log"):
        check_heads(other, tmp_path / "heads")
    head.write_text("nonsense")
    with pytest.raises(IntegrityError, match="no head"):
        check_heads(other, tmp_path / "heads")
    with pytest.raises(InputError, match="PUB-NONE"):
        check_heads(other, tmp_path)


def _bundle(store: Store, target: Path) -> Path:
    crate = CrateInfo("t", "t", "2026-09-25T12:00:00Z", "Provider (fictional)", "halcyon-live", "compliance", "1")
    content = Bundle(
        "REF", "Provider (fictional)", WHEN.date(), "d", crate, (head_file(store), *heads_file(heads_of(store)))
    )
    return write_bundle(target, content, signer=None, signed_at=WHEN).path


def test_a_recipient_holds_an_old_head_against_a_bundle(tmp_path: Path, authority: TestAuthority) -> None:
    """The head it was given is continued; another root at that size, or an unknown size, is refused by its layer."""
    store = _grown(tmp_path, 1)
    head = publish_head(
        store, tmp_path / "heads", role="log custodian", clock=_now, tsa=authority.tsa(_now)
    ).read_bytes()
    root = _bundle(_grown(tmp_path, 2), tmp_path / "bundle")

    def layers(given: bytes | None) -> list[str]:
        failures = verify_bundle(root, head=given).failures
        return [each.layer for each in failures if each.layer in {"heads", "earlier"}]

    assert layers(head) == []
    assert layers((root / "data/log/checkpoint.txt").read_bytes()) == []
    outcome = {each.name: each.outcome for each in verify_bundle(root, head=head).layers}
    assert (outcome["heads"], outcome["earlier"]) == ("ok", "ok")
    forged = b"\n".join([head.split(b"\n")[0], b"2", b"A" * 43 + b"=", b""])
    assert layers(forged) == ["earlier"]
    assert layers(head.replace(b"\n2\n", b"\n3\n")) == ["earlier"]
    assert layers(b"nonsense") == ["earlier"]


def test_a_head_with_a_wrong_proof_is_found(tmp_path: Path) -> None:
    """Whoever invents an earlier head cannot prove that the log continues it."""
    store = _grown(tmp_path, 1)
    publish_head(store, tmp_path / "heads", role="log custodian", clock=_now)
    root = _bundle(_grown(tmp_path, 2), tmp_path / "bundle")
    path = root / "data/log/published.json"
    document = json.loads(path.read_text())
    document["heads"][0]["path"] = ["00" * 32]
    path.write_text(json.dumps(document))
    from tests.faults.test_bundle_tampering import remanifest

    remanifest(root)
    assert (root / TAG_MANIFEST).is_file()
    assert "heads" in {each.layer for each in verify_bundle(root).failures}


def test_the_command_line_gives_away_and_checks(tmp_path: Path, run: Run) -> None:
    """`ledger publish`, `ledger check`, exit code 5 on a broken head."""
    store = _grown(tmp_path, 1)
    heads = tmp_path / "heads"
    assert run("ledger", "publish", "--store", store.path, "--out", heads, "--role", "log custodian").code == 0
    assert "continued by" in run("ledger", "check", heads, "--store", store.path).out
    (head,) = heads.iterdir()
    head.write_text("nonsense")
    assert run("ledger", "check", heads, "--store", store.path).code == 5
