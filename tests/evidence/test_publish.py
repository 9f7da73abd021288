"""Heads given away: a log that goes on continues them, one that was made anew does not, and a recipient can tell."""

from __future__ import annotations

import datetime as dt
import errno
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from compliance.errors import ComplianceError, EvidenceError, InputError, IntegrityError
from compliance.events.store import Store
from compliance.evidence import staging
from compliance.evidence.bag import TAG_MANIFEST
from compliance.evidence.bundle import Bundle, write_bundle
from compliance.evidence.crate import CrateInfo
from compliance.evidence.disclosure import head_file
from compliance.evidence.publish import check_heads, head_stamp, heads_file, heads_of, publish_head
from compliance.evidence.signer import Signer
from compliance.evidence.testkey import TestAuthority, make_test_authority
from compliance.evidence.timestamp import Tsa, stamped
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


def _bundle(store: Store, target: Path, tsa: Tsa | None = None, signer: Signer | None = None) -> Path:
    heads, head = heads_of(store), head_file(store)
    crate = CrateInfo("t", "t", "2026-09-25T12:00:00Z", "Provider (fictional)", "halcyon-live", "compliance", "1")
    content = Bundle("REF", "Provider (fictional)", WHEN.date(), "d", crate, (head, *heads_file(heads)))
    stamp = head_stamp(heads, head.content)
    return write_bundle(target, content, signer=signer, signed_at=WHEN, tsa=tsa, beside=stamp).path


def _stamped(folder: Path, authority: TestAuthority, *grown: int) -> Path:
    """A bundle over a log whose head was stamped, unless it has `grown` since."""
    store = _grown(folder, 1)
    publish_head(store, folder / "heads", role="log custodian", clock=_now, tsa=authority.tsa(_now))
    return _bundle(_grown(folder, *grown) if grown else Store.open(store.path), folder / "bundle")


def _failures(root: Path, *anchors: x509.Certificate) -> set[tuple[str, str]]:
    """What fails of the log's heads; this bundle answers nothing, which fails too."""
    failures = verify_bundle(root, anchors=anchors).failures
    return {(each.layer, each.file) for each in failures if each.layer not in {"answer", "exhibits"}}


@pytest.mark.parametrize("grown", [(), (2,)], ids=["as-it-stood", "grown"])
def test_the_heads_stamp_travels_beside_the_bundle(
    tmp_path: Path, authority: TestAuthority, grown: tuple[int, ...]
) -> None:
    """It is over the bundle's own checkpoint, or over the last stamped head with its text; `verify` says its time; OpenSSL agrees."""
    root = _stamped(tmp_path, authority, *grown)
    name = "seal/earlier-checkpoint.txt" if grown else "data/log/checkpoint.txt"
    stamp = f"seal/{Path(name).name}.tsr"
    assert sorted(path.name for path in (root / "seal").iterdir()) == sorted(
        {"chain", Path(stamp).name, *([Path(name).name] if grown else [])}
    )
    found = verify_bundle(root)
    assert (_failures(root), found.head_stamped_at) == (set(), "2026-09-25T12:00:00Z")
    assert not any("no head of it bears" in text for text in found.not_checked)
    verified = [
        openssl(root, "-data", data, "-in", stamp, "-CAfile", "seal/chain/head-1.pem") for data in (name, "bagit.txt")
    ]
    assert verified == [True, False]


def openssl(root: Path, *words: str) -> bool:
    """Whether `openssl ts -verify` accepts; the test is skipped where there is no OpenSSL."""
    tool = shutil.which("openssl") or pytest.skip("openssl is not on PATH")
    return subprocess.run([tool, "ts", "-verify", *words], cwd=root, capture_output=True, check=False).returncode == 0


def test_a_head_without_a_stamp_is_said_to_have_none(tmp_path: Path) -> None:
    """A head given away without a time stamp leaves nothing in `seal/`, and `verify` names what is open."""
    store = _grown(tmp_path, 1)
    publish_head(store, tmp_path / "heads", role="log custodian", clock=_now)
    root = _bundle(Store.open(store.path), tmp_path / "bundle")
    assert not (root / "seal").exists()
    assert any("no head of it bears a time stamp" in text for text in verify_bundle(root).not_checked)


def test_a_wrong_stamp_of_the_head_is_named(tmp_path: Path, authority: TestAuthority) -> None:
    """Over another head, changed, without its text or text without it, or of an unknown head: layer `heads`, and the file."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    now, grown = _stamped(tmp_path / "one", authority), _stamped(tmp_path / "two", authority, 2)
    shutil.copy(grown / "seal/earlier-checkpoint.txt.tsr", now / "seal/checkpoint.txt.tsr")
    assert _failures(now) == {("heads", "seal/checkpoint.txt.tsr")}
    stamp = grown / "seal/earlier-checkpoint.txt.tsr"
    raw = stamp.read_bytes()
    stamp.write_bytes(raw[:-9] + bytes([raw[-9] ^ 1]) + raw[-8:])
    assert _failures(grown) == {("heads", "seal/earlier-checkpoint.txt.tsr")}
    stamp.unlink()
    assert _failures(grown) == {("heads", "seal/earlier-checkpoint.txt")}
    text = grown / "seal/earlier-checkpoint.txt"
    other = text.read_bytes().replace(b"\n2\n", b"\n1\n")
    text.write_bytes(other)
    stamp.write_bytes(stamped(other, authority.tsa(_now)))
    assert _failures(grown) == {("heads", "seal/earlier-checkpoint.txt")}


def test_a_stamp_of_the_head_leads_to_an_authority_that_is_trusted(tmp_path: Path, authority: TestAuthority) -> None:
    """A stamp that anybody could have made for himself fails by layer `trust`."""
    root = _stamped(tmp_path, authority)
    assert ("trust", "seal/checkpoint.txt.tsr") not in _failures(root, authority.certificate)
    assert ("trust", "seal/checkpoint.txt.tsr") in _failures(root, make_test_authority().certificate)


@pytest.mark.parametrize("grown", [(), (2,)], ids=["as-it-stood", "grown"])
def test_the_verify_page_checks_the_heads_stamp(
    tmp_path: Path, authority: TestAuthority, grown: tuple[int, ...]
) -> None:
    """Every command of section 4 of VERIFY.md runs as printed on a sealed bundle with a stamped head, and fails on a wrong one."""
    store = _grown(tmp_path, 1)
    publish_head(store, tmp_path / "heads", role="log custodian", clock=_now, tsa=authority.tsa(_now))
    store = _grown(tmp_path, *grown) if grown else Store.open(store.path)
    root = _bundle(store, tmp_path / "sealed" / "bundle", authority.tsa(_now), authority.signer())
    section = (root / "VERIFY.md").read_text().split("## 4.")[1].split("\n## ")[0]
    script = "set -e\n" + "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))
    assert shutil.which("openssl") or pytest.skip("openssl is not on PATH")

    def runs() -> bool:
        return subprocess.run(["bash", "-c", script], cwd=root, capture_output=True, check=False).returncode == 0

    assert runs()
    (name,) = (root / "seal").glob("*checkpoint.txt.tsr")
    shutil.copy(root / "seal/tagmanifest-sha512.txt.p7s.tsr", name)
    assert not runs()


def test_a_head_given_away_without_a_stamp_is_stamped_later(tmp_path: Path, authority: TestAuthority) -> None:
    """The head is written once and stamped once; a second authority is not asked, for the earlier stamp proves more."""
    store = _grown(tmp_path, 1)
    publish_head(store, tmp_path / "heads", role="log custodian", clock=_now)
    later = authority.tsa(lambda: WHEN + dt.timedelta(days=1))
    publish_head(Store.open(store.path), tmp_path / "heads", role="log custodian", clock=_now, tsa=later)
    assert check_heads(Store.open(store.path), tmp_path / "heads")[0].endswith("time stamped 2026-09-26T12:00:00Z")
    publish_head(Store.open(store.path), tmp_path / "others", role="notary", clock=_now, tsa=_unreachable)
    assert check_heads(Store.open(store.path), tmp_path / "others")[0].endswith("time stamped 2026-09-26T12:00:00Z")
    assert [(head.size, bool(head.stamp)) for head in heads_of(Store.open(store.path))] == [(2, True)]


def _unreachable(_: bytes) -> bytes:
    raise AssertionError("the authority was asked")


def test_a_stamp_lost_from_the_store_is_said(tmp_path: Path, authority: TestAuthority) -> None:
    """The ledger says that the head was stamped: a store without the stamp is not as it was."""
    store = _grown(tmp_path, 1)
    publish_head(store, tmp_path / "heads", role="log custodian", clock=_now, tsa=authority.tsa(_now))
    (kept_stamp,) = (store.path / "published").iterdir()
    kept_stamp.write_bytes(b"")
    with pytest.raises(IntegrityError, match="PUB-HEAD"):
        heads_of(Store.open(store.path))


def test_another_head_under_the_name_stops_it(tmp_path: Path) -> None:
    """A folder that holds another log's head of that size is not taken for one that was given away."""
    store = _grown(tmp_path, 1)
    head = publish_head(store, tmp_path / "heads", role="log custodian", clock=_now)
    head.write_text(head.read_text().replace("\n2\n", "\n9\n"))
    with pytest.raises(EvidenceError, match="PUB-OTHER"):
        publish_head(Store.open(store.path), tmp_path / "heads", role="log custodian", clock=_now)


@pytest.mark.parametrize("after", range(6))
def test_a_full_disk_while_a_head_is_given_away(
    tmp_path: Path, authority: TestAuthority, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Whatever write is refused, the next run gives the head away as if nothing had been, and the ledger names it once."""
    store = _grown(tmp_path, 1)
    written = 0

    def full(handle: int) -> None:
        nonlocal written
        written += 1
        if written == after + 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    def give() -> None:
        publish_head(Store.open(store.path), tmp_path / "heads", role="r", clock=_now, tsa=authority.tsa(_now))

    monkeypatch.setattr(staging.os, "fsync", full)
    with pytest.raises(ComplianceError) as caught:
        give()
    assert caught.value.code in {"EVD-WRITE", "STO-FULL"}
    names = [path.name for path in (tmp_path / "heads").iterdir()] if (tmp_path / "heads").exists() else []
    assert not [name for name in names if name.endswith(".part")]
    written = 1000
    give()
    assert "time stamped" in check_heads(Store.open(store.path), tmp_path / "heads")[0]
    assert len({entry["size"] for entry in Store.open(store.path).ledger.of("published")}) == 1
    assert len(heads_of(Store.open(store.path))) == 1


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
