"""Rule files nobody should have to suffer: each gives a code, a place and a next step, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import RuleError, RuleErrors
from compliance.rules.loader import load_rules, read_rules
from tests.conftest import Run

HEAD = "format: rule/1\nid: DSA-1-SAMPLE\n"
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "RUL-EMPTY"),
    "blank lines only": (b"\n\n  \n", "RUL-EMPTY"),
    "a list": (b"- 1\n- 2\n", "RUL-FORM"),
    "a word": (b"rule\n", "RUL-FORM"),
    "an alias bomb": (BOMB.encode(), "YML-ALIAS"),
    "a tag that would run code": (b"format: !!python/object/apply:os.system [ls]\n", "YML-TAG"),
    "a key twice": (f"{HEAD}id: DSA-2-SAMPLE\n".encode(), "YML-DUPLICATE-KEY"),
    "tabs for indentation": (b"severity:\n\tlevel: low\n", "YML-SYNTAX"),
    "two documents": (b"a: 1\n---\nb: 2\n", "YML-DOCUMENTS"),
    "an open quote": (b'title: "never closed\n', "YML-SYNTAX"),
    "another encoding": ("title: Führung\n".encode("latin-1"), "YML-ENCODING"),
    "UTF-16": ("title: x\n".encode("utf-16"), "YML-ENCODING"),
    "binary": (bytes(range(256)), "YML-ENCODING"),
    "ten megabytes": (b"title: " + b"x" * 10_000_000, "YML-TOO-LARGE"),
    "deep nesting": (b"a: " + b"[" * 500 + b"]" * 500, "YML-DEPTH"),
    "a key that is missing": (HEAD.encode(), "RUL-REQUIRED"),
    "a key with a typo": (f"{HEAD}titel: x\n".encode(), "RUL-KEY"),
    "a number for a truth": (f"{HEAD}in_force: {{ from: 2024-01-01, or_designation: 1 }}\n".encode(), "RUL-FORM"),
    "a revision in quotes": (f'{HEAD}revision: "1"\n'.encode(), "RUL-FORM"),
}


@pytest.mark.parametrize("name", FILES, ids=str)
def test_a_bad_file_is_named(name: str, tmp_path: Path) -> None:
    """Every bad file gives at least one fault with its code, the file, and a hint."""
    content, code = FILES[name]
    path = tmp_path / "rule.yaml"
    path.write_bytes(content)
    _, faults = read_rules([path])
    assert code in {fault.code for fault in faults}
    assert all(fault.hint and fault.place and fault.place.file == str(path) for fault in faults)


def test_one_bad_file_does_not_hide_another(tmp_path: Path) -> None:
    """A folder with several bad files reports each of them."""
    for index, (content, _) in enumerate(FILES.values()):
        (tmp_path / f"{index:02}.yaml").write_bytes(content)
    with pytest.raises(RuleErrors) as caught:
        load_rules([tmp_path])
    assert {Path(fault.place.file).name for fault in caught.value.faults if fault.place} == {
        path.name for path in tmp_path.iterdir()
    }


def test_norway_is_a_country(tmp_path: Path) -> None:
    """NO, yes, on and off are texts in YAML 1.2, so a country code needs no quotes."""
    from tests.rules.conftest import SOUND

    path = tmp_path / "DSA-16.4-SAMPLE.yaml"
    path.write_text(SOUND.replace("{ contact: { present: true } }", "{ member_state: { in: [NO, IS] } }"), "utf-8")
    (loaded,) = load_rules([path])
    assert loaded.rule.for_each is not None
    assert loaded.rule.for_each.where == {"member_state": {"in": ["NO", "IS"]}}


def test_a_mistyped_key_gets_the_nearest_one(tmp_path: Path) -> None:
    """The hint of an unknown key names the one that was meant, at its depth."""
    path = tmp_path / "rule.yaml"
    path.write_text(f"{HEAD}in_force: {{ form: 2024-01-01 }}\n", "utf-8")
    faults = {fault.code: fault for fault in read_rules([path])[1] if fault.place and "in_force" in str(fault.place)}
    assert "from" in faults["RUL-KEY"].hint
    assert str(faults["RUL-KEY"].place).startswith(f"{path}:3:13")


def test_a_folder_as_a_file_name(tmp_path: Path) -> None:
    """A folder that is called like a rule file is walked, not read."""
    (tmp_path / "x.yaml").mkdir()
    assert read_rules([tmp_path]) == ((), ())


def test_an_unreadable_file(tmp_path: Path) -> None:
    """A link that leads nowhere is named, not skipped."""
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nothing.yaml")
    try:
        found = read_rules([tmp_path])[1]
    except RuleError as error:
        found = (error,)
    assert [fault.code for fault in found] == ["YML-UNREADABLE"]


def test_the_command_line_names_them_all(run: Run, tmp_path: Path) -> None:
    """`check --rules` with bad files lists every fault and evaluates nothing."""
    (tmp_path / "a.yaml").write_text("a: 1\n", "utf-8")
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    log = tmp_path / "log.ndjson"
    log.write_text("", "utf-8")
    ran = run("check", log, "--rules", tmp_path)
    assert ran.code == 3
    assert "YML-ENCODING" in ran.err
    assert "RUL-KEY" in ran.err
    assert "Traceback" not in ran.err
