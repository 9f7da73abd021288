"""Keys that others can read, authorities that fail, disks that are full: said in words, and the old state is intact."""

from __future__ import annotations

import base64
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from compliance.errors import EvidenceError
from compliance.events.store import Store
from compliance.evidence.bundle import Sealed, write_bundle
from compliance.evidence.publish import check_heads, publish_head
from compliance.evidence.signer import load_signer
from compliance.evidence.testkey import TestAuthority, make_test_authority
from compliance.evidence.timestamp import Tsa, request_for, tsa_at
from compliance.evidence.verify import verify_bundle
from tests.conftest import Run
from tests.events.logs import event, kept, line, write
from tests.evidence.small_bundle import WHEN, SmallLog, small_bundle
from tests.evidence.test_timestamp import _pem

AUTHORITY: TestAuthority = make_test_authority()
TSA: Tsa = AUTHORITY.tsa(lambda: WHEN)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with two events."""
    log = write(tmp_path / "1.ndjson", [line(event(1)), line(event(101))])
    return kept(tmp_path / "store", log)[0]


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o644, 0o666, 0o660])
def test_a_key_that_others_can_use_is_refused(tmp_path: Path, run: Run, mode: int) -> None:
    """Whatever others may do with it, the verb says so in words with the mode and the remedy, and begins nothing."""
    key, certificates = _pem(tmp_path, AUTHORITY.signer())
    key.chmod(mode)
    out = tmp_path / "out"
    done = run("answer", "request.yaml", "--store", "s", "--out", out, "--key", key, "--certificate", certificates)
    assert done.code == 3
    assert f"others than its owner can use this file (mode {mode:04o})" in done.err
    assert f"chmod 600 {key}" in done.err
    assert "PRIVATE KEY" not in done.err
    assert not out.exists()


def test_a_passphrase_that_others_can_read_is_refused(tmp_path: Path, run: Run) -> None:
    """The file with the passphrase is a secret like the key; its content stands in no message."""
    key, certificates = _pem(tmp_path, AUTHORITY.signer(), b"correct horse")
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse\n")
    secret.chmod(0o644)
    words = ("--key", key, "--certificate", certificates, "--passphrase-file", secret)
    done = run("answer", "request.yaml", "--store", "s", "--out", tmp_path / "out", *words)
    assert (done.code, "EVD-KEY-MODE" in done.err, "horse" in done.err) == (3, True, False)
    secret.chmod(0o600)
    assert load_signer(key, certificates, secret).certificate


def test_a_key_that_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    """A link may lead to what others can change, a folder holds no key, a missing file is said."""
    key, certificates = _pem(tmp_path, AUTHORITY.signer())
    (tmp_path / "link.pem").symlink_to(key)
    (tmp_path / "folder").mkdir(mode=0o700)
    for name in ("link.pem", "folder", "missing.pem"):
        with pytest.raises(EvidenceError, match="EVD-KEY") as caught:
            load_signer(tmp_path / name, certificates)
        assert name in str(caught.value.place)


def _http(body: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _other_nonce(_: bytes) -> bytes:
    return _http(TSA(request_for(b"what was asked is not looked at")))


FAILURES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "http 500": (lambda _: _http(b"", "500 Internal Server Error"), "refused: HTTP 500 Internal Server Error"),
    "http 404": (lambda _: _http(b"<html>", "404 Not Found"), "refused: HTTP 404"),
    "garbage": (lambda _: _http(b"<html>maintenance</html>"), "answer does not hold"),
    "nothing": (lambda _: _http(b""), "answer does not hold"),
    "half an answer": (lambda asked: _http(TSA(asked)[:200]), "answer does not hold"),
    "an answer to another request": (_other_nonce, "answer does not hold"),
    "a wrong nonce": (lambda asked: _http(TSA(_renonced(asked))), "the answer is to another request"),
    "a rejection": (lambda _: _http(bytes.fromhex("30053003020102")), "the authority answered rejection"),
    "no HTTP at all": (lambda _: b"220 mail ESMTP\r\n", "cannot be reached"),
    "a closed line": (lambda _: b"", "cannot be reached"),
}


def _renonced(asked: bytes) -> bytes:
    """The request with another nonce over the same bytes."""
    from asn1crypto import tsp

    request = tsp.TimeStampReq.load(asked)
    request["nonce"] = request["nonce"].native ^ 1
    return bytes(request.dump(force=True))


@contextmanager
def _serving(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A server that gives these bytes for the body of each request."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                asked = b""
                while b"\r\n\r\n" not in asked or len(asked.partition(b"\r\n\r\n")[2]) < _length(asked):
                    asked += line.recv(65536)
                line.sendall(answer(asked.partition(b"\r\n\r\n")[2]))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _length(asked: bytes) -> int:
    head = asked.partition(b"\r\n\r\n")[0].decode("latin-1").lower()
    return int(head.split("content-length:")[1].split("\r\n")[0])


def _state(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but the lock."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


@pytest.mark.parametrize("name", FAILURES)
def test_an_authority_that_fails_leaves_log_and_heads_as_they_were(
    store: Store, tmp_path: Path, run: Run, name: str
) -> None:
    """The verb says what went wrong and what to do; store and heads are the same bytes, and a good authority then does it."""
    answer, words = FAILURES[name]
    before, heads = _state(store.path), tmp_path / "heads"
    given = ("ledger", "publish", "--store", store.path, "--out", heads, "--role", "log custodian", "--tsa")
    with _serving(answer) as url:
        done = run(*given, url)
    assert done.code == 3
    assert "EVD-TSA" in done.err
    assert words in done.err
    assert "next:" in done.err
    assert (_state(store.path), heads.exists()) == (before, False)
    with _serving(lambda asked: _http(TSA(asked))) as url:
        assert run(*given, url).code == 0
    assert "time stamped 2026-09-25T12:00:00Z" in check_heads(Store.open(store.path), heads)[0]


@pytest.mark.parametrize("name", FAILURES)
def test_an_authority_that_fails_leaves_no_bundle(tmp_path: Path, name: str) -> None:
    """An earlier bundle is untouched, nothing stands under the new name or beside it, and the next run works."""
    signer = AUTHORITY.signer()
    earlier = write_bundle(tmp_path / "earlier", small_bundle(SmallLog(), [0, 1]), signer=signer, signed_at=WHEN)
    before, target = _state(earlier.path), tmp_path / "out" / "bundle"

    def make(tsa: Tsa) -> Sealed:
        return write_bundle(target, small_bundle(SmallLog(), [0, 1, 2]), signer=signer, signed_at=WHEN, tsa=tsa)

    with _serving(FAILURES[name][0]) as url, pytest.raises(EvidenceError, match="EVD-TSA"):
        make(tsa_at(url))
    assert (_state(earlier.path), list((tmp_path / "out").iterdir())) == (before, [])
    assert verify_bundle(make(TSA).path).stamped_at == "2026-09-25T12:00:00Z"


def test_an_authority_that_is_not_there_is_said(store: Store, tmp_path: Path, run: Run) -> None:
    """A refused connection, a name that is none, and an address that is none."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for url, words in (
        (f"http://127.0.0.1:{port}/", "Connection refused"),
        ("http://authority.invalid/", "cannot be reached"),
        ("http://[::bad/", "cannot be reached"),
        ("ftp://127.0.0.1/", "http or https"),
        ("http://a b/", "cannot be reached"),
    ):
        given = ("--store", store.path, "--out", tmp_path / "heads", "--role", "r", "--tsa", url)
        done = run("ledger", "publish", *given)
        assert (done.code, "EVD-TSA" in done.err, words in done.err) == (3, True, True), done.err
    assert not (tmp_path / "heads").exists()


@pytest.mark.parametrize("trickle", [False, True], ids=["silent", "trickling"])
def test_an_authority_that_takes_too_long_is_given_up(tmp_path: Path, store: Store, *, trickle: bool) -> None:
    """Silence, and an answer that comes byte by byte without an end, end with the time allowed; nothing is written."""
    done = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            if trickle:
                line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not done.wait(0.05):
                if trickle:
                    try:
                        line.sendall(b"0")
                    except OSError:
                        return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    tsa = tsa_at(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=0.4)
    before = _state(store.path)
    try:
        with pytest.raises(EvidenceError, match=r"cannot be reached: (timed out|no whole answer)"):
            publish_head(store, tmp_path / "heads", role="r", clock=lambda: WHEN, tsa=tsa)
    finally:
        done.set()
        thread.join(5)
        listener.close()
    assert (_state(store.path), (tmp_path / "heads").exists()) == (before, False)


_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from compliance.cli.main import exit_code
sys.exit(exit_code(sys.argv[2:]))
"""
"""A real process that can write no file larger than so many bytes, as on a disk that is full."""


def _limited(size: int, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _LIMITED, str(size), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})


@pytest.mark.parametrize("room", [0, 60, 300], ids=["stamp", "stamp cut short", "ledger"])
def test_a_head_is_given_away_whole_or_not(store: Store, tmp_path: Path, room: int) -> None:
    """A process that runs out of room says so without a traceback; the next one gives the head away, once, and it holds."""
    assert (store.path / "ledger.jsonl").stat().st_size > room
    heads = tmp_path / "heads"
    given = ("ledger", "publish", "--store", store.path, "--out", heads, "--role", "log custodian")
    failed = _limited(room, *given)
    assert failed.returncode == 3
    assert "Traceback" not in failed.stderr
    assert "next:" in failed.stderr
    assert not (list(heads.glob(".*")) if heads.exists() else [])
    assert len(Store.open(store.path).ledger.of("published")) == 0
    assert _limited(resource.RLIM_INFINITY, *given).returncode == 0
    assert len(Store.open(store.path).ledger.of("published")) == 1
    assert "continued by" in check_heads(Store.open(store.path), heads)[0]


def test_a_delivery_is_whole_or_not_there(tmp_path: Path) -> None:
    """A process that runs out of room while it delivers leaves the bundle as it was and no folder, whole or half."""
    signer = AUTHORITY.signer()
    root = write_bundle(tmp_path / "bundle", small_bundle(SmallLog(), [0, 1]), signer=signer, signed_at=WHEN).path
    before = _state(root)
    failed = _limited(1000, "deliver", root, "--out", tmp_path / "sent" / "now", "--profile", "folder")
    assert (failed.returncode, "Traceback" in failed.stderr, "EVD-WRITE" in failed.stderr) == (3, False, True)
    assert (_state(root), list(tmp_path.rglob("now"))) == (before, [])


_SEALING = """
import resource, sys
from pathlib import Path
from compliance.errors import ComplianceError
from compliance.evidence.bundle import write_bundle
from compliance.evidence.testkey import make_test_authority
from tests.evidence.small_bundle import WHEN, SmallLog, small_bundle
content, authority = small_bundle(SmallLog(), [0, 1, 2]), make_test_authority()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
try:
    write_bundle(Path(sys.argv[2]), content, signer=authority.signer(), signed_at=WHEN, tsa=authority.tsa(lambda: WHEN))
except ComplianceError as error:
    sys.exit(f"{error.code} {error.place}")
"""


@pytest.mark.parametrize("room", [10, 400, 1500, 2200])
def test_a_bundle_or_seal_without_room_is_not_there(tmp_path: Path, room: int) -> None:
    """In a real process, at whatever file the room ends, nothing stands under the name; an earlier answer is the same bytes."""
    kept_one = tmp_path / "earlier" / "note"
    kept_one.parent.mkdir()
    kept_one.write_bytes(base64.b64encode(bytes(99)))
    target = tmp_path / "bundle"
    command = [sys.executable, "-c", _SEALING, str(room), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("EVD-WRITE")
    assert [path.name for path in tmp_path.iterdir()] == ["earlier"]
    assert kept_one.read_bytes() == base64.b64encode(bytes(99))
    assert subprocess.run([*command[:3], str(1 << 20), str(target)], check=False).returncode == 0
    assert verify_bundle(target).intact
