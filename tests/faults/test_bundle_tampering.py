"""Tampering with a bundle: each manipulation is caught, and the right layer and file are named."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.errors import IntegrityError
from compliance.evidence.bag import TAG_MANIFEST, files_below
from compliance.evidence.bundle import write_bundle
from compliance.evidence.manifest import Entry, digests_of, render
from compliance.evidence.seal import SIGNATURE, write_seal
from compliance.evidence.signer import Signer
from compliance.evidence.testkey import TestAuthority, make_test_authority
from compliance.evidence.verify import verify_bundle
from tests.evidence.small_bundle import EVENTS, WHEN, SmallLog, small_bundle

AUTHORITY: TestAuthority = make_test_authority()
SIGNER: Signer = AUTHORITY.signer()
OTHER: Signer = AUTHORITY.signer()
EVENT_FILE = "data/events/events.jsonl"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One clean bundle, copied for every manipulation."""
    target = tmp_path_factory.mktemp("clean") / "bundle"
    return write_bundle(target, small_bundle(SmallLog(), [0, 1, 2]), signer=SIGNER, signed_at=WHEN).path


def remanifest(root: Path) -> None:
    """What somebody who knows BagIt does after a change: write all manifests anew."""
    for name in ("sha512", "sha256"):
        rows = [Entry(path, digests_of(root / path, (name,))[name]) for path in files_below(root, "data")]
        (root / f"manifest-{name}.txt").write_bytes(render(rows))
    info = root / "bag-info.txt"
    paths = files_below(root, "data")
    oxum = f"Payload-Oxum: {sum((root / path).stat().st_size for path in paths)}.{len(paths)}"
    info.write_text(
        "\n".join(line if not line.startswith("Payload-Oxum") else oxum for line in info.read_text().splitlines())
        + "\n"
    )
    tags = ("bag-info.txt", "bagit.txt", "VERIFY.md", "manifest-sha512.txt", "manifest-sha256.txt")
    (root / TAG_MANIFEST).write_bytes(
        render(Entry(path, digests_of(root / path, ("sha512",))["sha512"]) for path in tags)
    )


def reseal(root: Path, signer: Signer) -> None:
    """What somebody with a key of their own does after that: seal anew."""
    remanifest(root)
    shutil.rmtree(root / "seal")
    write_seal(root, signer, WHEN)


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Rewrite a file."""
    path.write_bytes(change(path.read_bytes()))


def edit_json(path: Path, change: Callable[[dict], object]) -> None:
    """Rewrite a JSON file."""
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def flip_payload(root: Path) -> None:
    """One bit of an exhibit."""
    edit(root / "data/exhibits/E-001.csv", lambda raw: bytes([raw[0] ^ 1]) + raw[1:])


def flip_proof(root: Path) -> None:
    """One bit of the proofs file."""
    edit(root / "data/log/proofs.json", lambda raw: raw[:-2] + b" " + raw[-1:])


def remove_payload(root: Path) -> None:
    """An exhibit is gone."""
    (root / "data/exhibits/E-002.csv").unlink()


def add_payload(root: Path) -> None:
    """A file more in the payload."""
    (root / "data/exhibits/E-003.csv").write_text("x")


def add_outside(root: Path) -> None:
    """A file more beside the manifests: allowed by BagIt, not by a bundle."""
    (root / "note.txt").write_text("x")


def add_in_seal(root: Path) -> None:
    """A file more beside the signature."""
    (root / "seal/chain/other.pem").write_text("x")


def add_empty_folder(root: Path) -> None:
    """A folder more."""
    (root / "data/empty").mkdir()


def edit_guide(root: Path) -> None:
    """The page that says how to check."""
    edit(root / "VERIFY.md", lambda raw: raw.replace(b"--strict", b"--quiet"))


def edit_info(root: Path) -> None:
    """The letter's reference."""
    edit(root / "bag-info.txt", lambda raw: raw.replace(b"REF-1", b"REF-2"))


def edit_manifest(root: Path) -> None:
    """A manifest adapted to a changed exhibit, the tag manifest not."""
    flip_payload(root)
    tags = (root / TAG_MANIFEST).read_bytes()
    remanifest(root)
    (root / TAG_MANIFEST).write_bytes(tags)


def recompute_manifests(root: Path) -> None:
    """All manifests adapted to a changed exhibit and its index."""
    flip_payload(root)
    sums = hashlib.sha256((root / "data/exhibits/E-001.csv").read_bytes()).hexdigest()
    edit_json(root / "data/exhibits/index.json", lambda index: index["exhibits"][0].update(sha256=sums))
    remanifest(root)


def drop_seal(root: Path) -> None:
    """The seal is gone: still intact, but the pinned signer is missing."""
    shutil.rmtree(root / "seal")


def break_signature(root: Path) -> None:
    """One bit of the signature value."""
    edit(root / SIGNATURE, lambda raw: raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:])


def other_signer(root: Path) -> None:
    """Sealed again by another key of the same authority."""
    reseal(root, OTHER)


def change_event(root: Path) -> None:
    """The time of an event moved, everything sealed again by the same key."""
    edit(root / EVENT_FILE, lambda raw: raw.replace(b"00:42:00", b"00:22:00"))
    reseal(root, SIGNER)


def drop_field(root: Path) -> None:
    """A field of an event left out without being listed, everything sealed again."""
    edit(root / EVENT_FILE, lambda raw: raw.replace(b'"stream_id":"S-1",', b"", 1))
    reseal(root, SIGNER)


def add_field(root: Path) -> None:
    """A field smuggled into an event, everything sealed again."""
    edit(root / EVENT_FILE, lambda raw: raw.replace(b'"stream_id":"S-1",', b'"stream_id":"S-1","surplus":"x",', 1))
    reseal(root, SIGNER)


def drop_event(root: Path) -> None:
    """An event dropped from the events file alone, everything sealed again."""
    edit(root / EVENT_FILE, lambda raw: b"\n".join(raw.split(b"\n")[1:]))
    reseal(root, SIGNER)


def drop_event_and_proof(root: Path) -> None:
    """An event dropped with its proof and its line, everything sealed again: an exhibit still cites it."""
    drop = json.loads((root / EVENT_FILE).read_bytes().split(b"\n")[1])["id"]
    edit(root / EVENT_FILE, lambda raw: b"\n".join(line for line in raw.split(b"\n") if drop.encode() not in line))

    def without(document: dict) -> None:
        document["proofs"] = [
            dict(each, line=n) for n, each in enumerate((e for e in document["proofs"] if e["event"] != drop), start=1)
        ]

    edit_json(root / "data/log/proofs.json", without)
    index = json.loads((root / "data/events/lines/index.json").read_text())
    content, kept = b"", []
    lines = root / "data/events/lines/F-001.txt"
    for entry in index["lines"]:
        if entry["event"] != drop:
            raw = lines.read_bytes()[entry["offset"] : entry["offset"] + entry["length"]]
            kept.append(dict(entry, offset=len(content)))
            content += raw + b"\n"
    lines.write_bytes(content)
    edit_json(root / "data/events/lines/index.json", lambda document: document.update(lines=kept))
    reseal(root, SIGNER)


def swap_events(root: Path) -> None:
    """The contents of two events exchanged under their ids, everything sealed again."""
    edit(
        root / EVENT_FILE, lambda raw: raw.replace(b'"e2"', b'"e9"').replace(b'"e3"', b'"e2"').replace(b'"e9"', b'"e3"')
    )
    reseal(root, SIGNER)


def new_head(root: Path) -> None:
    """Another head under the old proofs, everything sealed again."""
    other = SmallLog([*EVENTS[:4], {**EVENTS[4], "id": "e6"}])
    (root / "data/log/checkpoint.txt").write_text(other.checkpoint().text)
    edit_json(root / "data/log/proofs.json", lambda document: document.update(root=other.checkpoint().root.hex()))
    reseal(root, SIGNER)


def broken_head(root: Path) -> None:
    """A checkpoint that is none."""
    (root / "data/log/checkpoint.txt").write_text("test\nmany\nAAAA\n")
    reseal(root, SIGNER)


def change_line(root: Path) -> None:
    """A verbatim line that says something else than its event, everything sealed again."""
    lines = root / "data/events/lines/F-001.txt"
    edit(lines, lambda raw: raw.replace(b"00:35:00", b"00:15:00"))
    raw = lines.read_bytes()

    def fit(document: dict) -> None:
        for entry in document["lines"]:
            entry["sha256"] = hashlib.sha256(raw[entry["offset"] : entry["offset"] + entry["length"]]).hexdigest()

    edit_json(root / "data/events/lines/index.json", fit)
    reseal(root, SIGNER)


def hide_line(root: Path) -> None:
    """Bytes after the last indexed line, everything sealed again."""
    edit(root / "data/events/lines/F-001.txt", lambda raw: raw + b"more\n")
    reseal(root, SIGNER)


def respell_line(root: Path) -> None:
    """A verbatim line that says the same in other bytes, everything sealed again: the leaf commits to the bytes."""
    lines = root / "data/events/lines/F-001.txt"
    index = json.loads((root / "data/events/lines/index.json").read_text())
    first = index["lines"][0]
    raw = lines.read_bytes()[first["offset"] : first["offset"] + first["length"]]
    other = json.dumps(json.loads(raw), indent=None, separators=(",", ":")).encode()
    shift = len(other) - len(raw)
    edit(lines, lambda content: content.replace(raw, other))

    def fit(document: dict) -> None:
        for entry in document["lines"]:
            if entry["event"] == first["event"]:
                entry.update(length=len(other), sha256=hashlib.sha256(other).hexdigest())
            else:
                entry.update(offset=entry["offset"] + shift)

    edit_json(root / "data/events/lines/index.json", fit)
    reseal(root, SIGNER)


def drop_lines(root: Path) -> None:
    """All verbatim lines dropped with their index, everything sealed again: the leaves say that they were given."""
    (root / "data/events/lines/F-001.txt").unlink()
    edit_json(root / "data/events/lines/index.json", lambda document: document.update(lines=[]))
    edit_json(root / "data/ro-crate-metadata.json", lambda crate: _forget(crate, "events/lines/F-001.txt"))
    reseal(root, SIGNER)


def _forget(crate: dict, path: str) -> None:
    crate["@graph"] = [each for each in crate["@graph"] if each["@id"] != path]
    for each in crate["@graph"]:
        if "hasPart" in each:
            each["hasPart"] = [part for part in each["hasPart"] if part["@id"] != path]


def clear_name(root: Path) -> None:
    """A pseudonym replaced by the name, everything sealed again."""
    edit(root / EVENT_FILE, lambda raw: b"\n".join(_cleared(line) for line in raw.split(b"\n")))
    reseal(root, SIGNER)


def _cleared(line: bytes) -> bytes:
    event = json.loads(line) if line else {}
    return line.replace(event["host_id"].encode(), b"u-9") if "host_id" in event else line


def renumber_exhibit(root: Path) -> None:
    """A gap in the numbers of the exhibits, everything sealed again."""
    edit_json(root / "data/exhibits/index.json", lambda document: document["exhibits"][1].update(id="E-004"))
    reseal(root, SIGNER)


def change_status(root: Path) -> None:
    """A question turned from not held to answered in the table only, everything sealed again."""
    edit_json(root / "data/answer/answer.json", lambda document: document["questions"][1].update(status="answered"))
    reseal(root, SIGNER)


def drop_reason(root: Path) -> None:
    """The reason of an unanswered question removed, everything sealed again."""
    edit_json(root / "data/answer/questions/Q-002.json", lambda document: document.update(reason=""))
    reseal(root, SIGNER)


def another_origin(root: Path) -> None:
    """The manifest of another bag under this seal."""
    edit(root / TAG_MANIFEST, lambda raw: raw.replace(b"VERIFY.md", b"verify.md"))


def drop_tag_line(root: Path) -> None:
    """The guide struck from the tag manifest, so that it could be another."""
    edit(root / TAG_MANIFEST, lambda raw: b"".join(line for line in raw.splitlines(True) if b"VERIFY" not in line))


def fetch_elsewhere(root: Path) -> None:
    """A list of files to be fetched, which leads out of the bundle."""
    (root / "fetch.txt").write_text("https://example.invalid/x 1 data/../../x\n")


def renamed_case(root: Path) -> None:
    """A file under a name that differs in its capitals alone."""
    (root / "data/exhibits/E-002.csv").rename(root / "data/exhibits/e-002.csv")


def undescribed_file(root: Path) -> None:
    """A file the crate does not describe, everything sealed again."""
    (root / "data/method").mkdir(exist_ok=True)
    (root / "data/method/more.txt").write_text("x")
    reseal(root, SIGNER)


def link_inside(root: Path) -> None:
    """An exhibit replaced by a link to a file with the same bytes."""
    path = root / "data/exhibits/E-002.csv"
    shutil.copy(path, root.parent / "elsewhere.csv")
    path.unlink()
    path.symlink_to(root.parent / "elsewhere.csv")


def pipe_inside(root: Path) -> None:
    """A pipe that would block a careless reader."""
    os.mkfifo(root / "data/exhibits/E-003.csv")


def climb_out(root: Path) -> None:
    """A manifest that names a file above the bundle."""
    digest = hashlib.sha512(b"x").hexdigest()
    (root.parent / "above").write_bytes(b"x")
    edit(root / "manifest-sha512.txt", lambda raw: raw + f"{digest}  data/../../above\n".encode())


def no_declaration(root: Path) -> None:
    """The declaration is gone."""
    (root / "bagit.txt").unlink()


TAMPERINGS: list[tuple[Callable[[Path], None], str, str]] = [
    (flip_payload, "manifest", "data/exhibits/E-001.csv"),
    (flip_proof, "manifest", "data/log/proofs.json"),
    (remove_payload, "manifest", "data/exhibits/E-002.csv"),
    (add_payload, "manifest", "data/exhibits/E-003.csv"),
    (add_outside, "structure", "note.txt"),
    (add_in_seal, "structure", "seal/chain/other.pem"),
    (add_empty_folder, "structure", "data/empty"),
    (edit_guide, "tagmanifest", "VERIFY.md"),
    (edit_info, "tagmanifest", "bag-info.txt"),
    (edit_manifest, "tagmanifest", "manifest-sha512.txt"),
    (recompute_manifests, "signature", SIGNATURE),
    (drop_seal, "signer", SIGNATURE),
    (break_signature, "signature", SIGNATURE),
    (other_signer, "signer", SIGNATURE),
    (change_event, "proofs", f"{EVENT_FILE}:3"),
    (drop_field, "leaves", f"{EVENT_FILE}:1"),
    (add_field, "leaves", f"{EVENT_FILE}:1"),
    (drop_event, "proofs", "data/log/proofs.json"),
    (drop_event_and_proof, "exhibits", "data/exhibits/E-001.csv"),
    (swap_events, "proofs", "data/log/proofs.json"),
    (new_head, "proofs", f"{EVENT_FILE}:1"),
    (broken_head, "checkpoint", "data/log/checkpoint.txt"),
    (change_line, "lines", "data/events/lines/F-001.txt"),
    (hide_line, "lines", "data/events/lines/F-001.txt"),
    (respell_line, "proofs", f"{EVENT_FILE}:2"),
    (drop_lines, "leaves", f"{EVENT_FILE}:2"),
    (clear_name, "leaves", f"{EVENT_FILE}:1"),
    (renumber_exhibit, "exhibits", "data/exhibits/index.json"),
    (change_status, "answer", "data/answer/questions/Q-002.json"),
    (drop_reason, "answer", "data/answer/questions/Q-002.json"),
    (another_origin, "signature", SIGNATURE),
    (drop_tag_line, "tagmanifest", "VERIFY.md"),
    (fetch_elsewhere, "paths", "fetch.txt:1"),
    (renamed_case, "manifest", "data/exhibits/E-002.csv"),
    (undescribed_file, "crate", "data/method/more.txt"),
    (link_inside, "links", "data/exhibits/E-002.csv"),
    (pipe_inside, "links", "data/exhibits/E-003.csv"),
    (climb_out, "paths", "manifest-sha512.txt:"),
    (no_declaration, "structure", "bagit.txt"),
]


@pytest.mark.parametrize(("tamper", "layer", "file"), TAMPERINGS, ids=[each[0].__name__ for each in TAMPERINGS])
def test_tampering_is_named(tamper: Callable[[Path], None], layer: str, file: str, clean: Path, tmp_path: Path) -> None:
    """The manipulation fails verification, in the right layer and at the right file, with exit code 5."""
    root = tmp_path / "bundle"
    shutil.copytree(clean, root)
    tamper(root)
    found = verify_bundle(root, signer=SIGNER.fingerprint)
    assert (layer, True) in {(failure.layer, failure.file.startswith(file)) for failure in found.failures}, (
        found.failures
    )
    assert found.headline.startswith("NOT intact")
    with pytest.raises(IntegrityError) as caught:
        found.require_intact()
    assert (caught.value.exit_code, bool(caught.value.hint)) == (5, True)


def test_clean_copy_is_intact(clean: Path, tmp_path: Path) -> None:
    """The copy that is not manipulated verifies, so that each failure above comes from its manipulation."""
    shutil.copytree(clean, tmp_path / "bundle")
    assert verify_bundle(tmp_path / "bundle", signer=SIGNER.fingerprint).failures == ()


def test_resealed_untouched_bundle_is_intact(clean: Path, tmp_path: Path) -> None:
    """Sealing again without a change gives an intact bundle: the tools of these tests make no failure by themselves."""
    shutil.copytree(clean, tmp_path / "bundle")
    reseal(tmp_path / "bundle", SIGNER)
    assert verify_bundle(tmp_path / "bundle", signer=SIGNER.fingerprint).failures == ()
