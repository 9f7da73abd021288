"""Leaf format leaf/1: fixed bytes, verified by the page's own Python, equal in SQL and Python, safe to withhold and erase."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from compliance.events.catalogue import catalogue
from compliance.events.judge import judge_line
from compliance.events.leaf import CLASSES, PARTS, class_content, commitment, leaf_data, make_leaf, part_salt
from compliance.events.merkle import leaf_hash
from compliance.resources import data_dir
from tests.events.logs import event, kept, line, write

PAGE = Path(__file__).parents[2] / "docs" / "leaf-format.md"
RAW = (
    b'{"id":"e-1","type":"notice.received","time":"2026-08-13T00:42:00Z","service":"halcyon-live","notice_id":"N-1",'
    b'"contact":"a@b.example","content_url":"https://halcyon.example/live/7"}'
)


def _page_code() -> dict[str, Any]:
    found: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[1], found)  # type: ignore[index]  # noqa: S102
    return found


def test_the_worked_example_of_the_page_comes_out_byte_for_byte() -> None:
    """Commitments and leaf hash of the documented event are those printed."""
    leaf = make_leaf(0, judge_line(RAW, catalogue()), RAW, bytes(range(16)), catalogue())
    page = PAGE.read_text("utf-8")
    assert all(leaf.commitments[name].hex() in page for name in PARTS)
    assert leaf.hash.hex() == "b67ff04a7c4d901c6fb684c4bcc74dd600a9368de7bfdd3ad71b52d2ae426228"
    assert leaf.hash.hex() in page


def test_the_shipped_copy_of_the_page_is_the_page() -> None:
    """Bundles carry the page from the shipped data."""
    assert (data_dir("schemas") / "leaf-format.md").read_bytes() == PAGE.read_bytes()


def test_the_fifteen_lines_of_the_page_verify_leaf_and_proof(tmp_path: Path) -> None:
    """Somebody with the page alone proves a line of the store, with a class withheld."""
    code = _page_code()
    store, _ = kept(
        tmp_path / "store", write(tmp_path / "a.ndjson", [line(event(n, contact="a@b.example")) for n in range(11)])
    )
    head = store.checkpoint()
    for row in range(11):
        leaf, raw = store.leaf(row), store.verbatim([row])[row].raw
        native = judge_line(raw, catalogue())
        contents = {name: class_content(native, name, catalogue()) for name in CLASSES} | {"line": raw}
        parts: dict[str, Any] = {name: (leaf.salts[name].hex(), contents[name]) for name in PARTS}
        parts["restricted"] = (None, leaf.commitments["restricted"].hex())
        assert code["leaf"](parts) == leaf.hash
        assert code["root"](leaf.hash, row, head.size, store.inclusion_proof(row)) == head.root


def test_an_event_may_lose_a_part_and_keep_its_leaf() -> None:
    """Without the event salt the other parts' salts give the same leaf, and the lost part cannot be guessed from them."""
    leaf = make_leaf(0, judge_line(RAW, catalogue()), RAW, b"\x07" * 16, catalogue())
    kept_salts = {name: leaf.salts[name] for name in ("open", "personal", "confidential")}
    again = dict(leaf.commitments)
    for name, salt in kept_salts.items():
        again[name] = commitment(name, salt, class_content(judge_line(RAW, catalogue()), name, catalogue()))
    assert leaf_hash(leaf_data(again)) == leaf.hash
    assert len({part_salt(name, b"\x07" * 16) for name in PARTS}) == len(PARTS)
    guess = sha256(class_content(judge_line(RAW, catalogue()), "restricted", catalogue())).digest()
    assert guess != leaf.commitments["restricted"]
