"""Pseudonyms and their key."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import EvidenceError
from compliance.evidence.pseudonym import Pseudonymiser, master_key

KEY = bytes(range(32))


def test_same_person_reads_the_same_inside_a_case() -> None:
    """One value of one field has one pseudonym in a case."""
    case = Pseudonymiser(KEY, "C-1")
    assert case.pseudonym("account_id", "u-1") == case.pseudonym("account_id", "u-1")


def test_known_pseudonym() -> None:
    """The pseudonym is 128 bits in base32 and does not drift between versions."""
    text = Pseudonymiser(KEY, "C-1").pseudonym("account_id", "u-1")
    assert (text[:4], len(text)) == ("psn:", 30)
    assert text == "psn:ykfo3fipv2kbcfkw7duhh5t7ba"


@pytest.mark.parametrize(
    "other", [("C-2", "account_id", "u-1"), ("C-1", "actor_id", "u-1"), ("C-1", "account_id", "u-2")]
)
def test_other_case_field_or_value_cannot_be_linked(other: tuple[str, str, str]) -> None:
    """Another case, field or value has another pseudonym."""
    case, field, value = other
    assert Pseudonymiser(KEY, case).pseudonym(field, value) != Pseudonymiser(KEY, "C-1").pseudonym("account_id", "u-1")


def test_field_and_case_cannot_run_into_each_other() -> None:
    """Parts are framed by their lengths: moving a letter from the case to the field changes the key."""
    assert Pseudonymiser(KEY, "C-1a").pseudonym("b", "x") != Pseudonymiser(KEY, "C-1").pseudonym("ab", "x")


def test_key_is_made_once_and_private(tmp_path: Path) -> None:
    """The first use makes a key readable by its owner only; the next reads the same one."""
    path = tmp_path / "pseudonym.key"
    first = master_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert master_key(path) == first


def test_key_open_to_others_is_refused(tmp_path: Path) -> None:
    """A key that others can read is no secret."""
    path = tmp_path / "pseudonym.key"
    master_key(path)
    path.chmod(0o640)
    with pytest.raises(EvidenceError) as caught:
        master_key(path)
    assert caught.value.code == "EVD-KEY"


def test_key_never_shows(tmp_path: Path) -> None:
    """Neither the representation nor an error about a broken key shows key material."""
    path = tmp_path / "pseudonym.key"
    path.write_text("ab" * 31)
    path.chmod(0o600)
    with pytest.raises(EvidenceError) as caught:
        master_key(path)
    assert "abab" not in str(caught.value)
    assert KEY.hex() not in repr(Pseudonymiser(KEY, "C-1"))
