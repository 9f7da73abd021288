"""Tampering by somebody who holds the key and seals anew: what contradicts itself inside is still caught, layer and file named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.evidence.bundle import write_bundle
from compliance.evidence.verify import verify_bundle
from tests.evidence.small_bundle import WHEN, SmallLog, small_bundle
from tests.faults.test_bundle_tampering import EVENT_FILE, SIGNER, edit, edit_json, reseal


def drop_gap(root: Path) -> None:
    """A declared gap left out of the answer, everything sealed again: its question still declares it."""
    edit_json(root / "data/answer/answer.json", lambda document: document["gaps"].clear())
    reseal(root, SIGNER)


def understate_events(root: Path) -> None:
    """The answer says that fewer events are disclosed than are inside, everything sealed again."""
    edit_json(root / "data/answer/answer.json", lambda document: document.update(disclosed_events=1))
    reseal(root, SIGNER)


def drop_question(root: Path) -> None:
    """A question struck from the answer's table, everything sealed again: its entry is still there."""
    edit_json(root / "data/answer/answer.json", lambda document: document["questions"].pop())
    reseal(root, SIGNER)


def drop_entry(root: Path) -> None:
    """A question's entry removed, everything sealed again."""
    (root / "data/answer/questions/Q-002.json").unlink()
    reseal(root, SIGNER)


def resize_exhibit(root: Path) -> None:
    """The index gives an exhibit another size, everything sealed again."""
    edit_json(root / "data/exhibits/index.json", lambda document: document["exhibits"][0].update(bytes=1))
    reseal(root, SIGNER)


def unlisted_exhibit(root: Path) -> None:
    """An exhibit that no index lists, everything sealed again."""
    (root / "data/exhibits/E-003.csv").write_text("x")
    reseal(root, SIGNER)


def hide_redactions(root: Path) -> None:
    """The list of what was replaced by pseudonyms emptied, everything sealed again."""
    edit_json(root / "data/redactions.json", lambda document: document["redactions"].clear())
    reseal(root, SIGNER)


def invent_redaction(root: Path) -> None:
    """An entry for a field that stands there in the open, everything sealed again."""

    def change(document: dict) -> None:
        document["redactions"][0].update(field="stream_id", action="withheld")

    edit_json(root / "data/redactions.json", change)
    reseal(root, SIGNER)


def groundless_redaction(root: Path) -> None:
    """An entry without its ground, everything sealed again."""
    edit_json(root / "data/redactions.json", lambda document: document["redactions"][0].update(ground=""))
    reseal(root, SIGNER)


def event_twice(root: Path) -> None:
    """An event that stands there twice, everything sealed again."""
    edit(root / EVENT_FILE, lambda raw: raw + raw.split(b"\n")[0] + b"\n")
    reseal(root, SIGNER)


def one_leaf_for_two(root: Path) -> None:
    """Two events that claim one leaf, everything sealed again."""

    def change(document: dict) -> None:
        document["proofs"][1].update(index=document["proofs"][0]["index"])

    edit_json(root / "data/log/proofs.json", change)
    reseal(root, SIGNER)


@pytest.mark.parametrize(
    ("tamper", "layer", "file"),
    [
        (drop_gap, "answer", "data/answer/answer.json"),
        (understate_events, "answer", "data/answer/answer.json"),
        (drop_question, "answer", "data/answer/questions/Q-002.json"),
        (drop_entry, "answer", "data/answer/questions/Q-002.json"),
        (resize_exhibit, "exhibits", "data/exhibits/E-001.csv"),
        (unlisted_exhibit, "exhibits", "data/exhibits/E-003.csv"),
        (hide_redactions, "leaves", "data/redactions.json"),
        (invent_redaction, "leaves", "data/redactions.json"),
        (groundless_redaction, "leaves", "data/redactions.json"),
        (event_twice, "leaves", EVENT_FILE),
        (one_leaf_for_two, "proofs", "data/log/proofs.json"),
    ],
)
def test_who_seals_anew_is_found(tamper: Callable[[Path], None], layer: str, file: str, tmp_path: Path) -> None:
    """The seal and the manifests hold; the layer that contradicts them fails, at the right file."""
    root = write_bundle(tmp_path / "bundle", small_bundle(SmallLog(), [0, 1, 2]), signer=SIGNER, signed_at=WHEN).path
    assert verify_bundle(root, signer=SIGNER.fingerprint).intact
    tamper(root)
    failures = verify_bundle(root, signer=SIGNER.fingerprint).failures
    assert (layer, True) in {(each.layer, each.file.startswith(file)) for each in failures}, failures
    assert not {"manifest", "tagmanifest", "signature", "signer"} & {each.layer for each in failures}
