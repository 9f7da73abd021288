"""A rule that says something else has another revision, and lint remembers what each revision said."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import InputError, RuleErrors
from compliance.rules.lint import lint
from compliance.rules.loader import load_rules
from compliance.rules.mutant import mutants
from compliance.rules.revision import FILE, meaning_of, record
from tests.conftest import Run
from tests.rules.conftest import Changed


def _codes(path: Path) -> set[str]:
    return {note.code for note in lint([path]).notes if "REVISION" in note.code}


def test_a_change_of_meaning_wants_a_new_revision(changed: Changed) -> None:
    """Once recorded, another limit under the same revision is a fault; with the revision raised it wants to be recorded."""
    path = changed()
    assert _codes(path) == set()
    record(load_rules([path]), path.parent)
    assert _codes(path) == set()
    changed("PT24H", "PT25H")
    assert _codes(path) == {"RUL-REVISION"}
    changed("PT24H", "PT25H", "revision: 1", "revision: 2")
    assert _codes(path) == {"LNT-REVISION"}
    record(load_rules([path]), path.parent)
    assert _codes(path) == set()
    assert len((path.parent / FILE).read_text("utf-8").splitlines()) == 3


def test_other_words_need_no_new_revision(changed: Changed) -> None:
    """Title, remedy, reasons and tests may change under a revision."""
    path = changed()
    record(load_rules([path]), path.parent)
    changed("title: A sample", "title: Better", "because: A day will do.", "because: So.", "name: confirmed", "name: x")
    assert _codes(path) == set()


def test_every_mutant_has_another_meaning(changed: Changed) -> None:
    """Whatever would judge otherwise counts as a change of meaning."""
    (one,) = load_rules([changed()])
    assert all(meaning_of(mutant.rule) != meaning_of(one.rule) for mutant in mutants(one.rule))


def test_a_revision_does_not_go_back(changed: Changed) -> None:
    """After revision 2 there is no revision 1."""
    path = changed("revision: 1", "revision: 2")
    record(load_rules([path]), path.parent)
    changed()
    assert _codes(path) == {"RUL-REVISION"}


def test_nothing_is_recorded_over(changed: Changed) -> None:
    """Recording refuses a rule that says something else under a recorded revision."""
    path = changed()
    record(load_rules([path]), path.parent)
    changed("PT24H", "PT25H")
    with pytest.raises(RuleErrors, match="RUL-REVISION"):
        record(load_rules([path]), path.parent)


def test_a_broken_record_is_named(changed: Changed) -> None:
    """A row that is no record is named with its line."""
    path = changed()
    (path.parent / FILE).write_text("rule,revision,meaning\nDSA-16.4-SAMPLE,one,x\n", "utf-8")
    with pytest.raises(InputError, match=f"{FILE}:2"):
        lint([path])


def test_a_revision_without_a_word_on_it_is_noted(changed: Changed) -> None:
    """Each revision above the first says under `history` what it changed."""
    path = changed("revision: 1", "revision: 2")
    assert "LNT-HISTORY" in {note.code for note in lint([path]).notes}
    changed("revision: 1", "revision: 2\nhistory: [{ revision: 2, day: 2025-01-01, change: Shorter. }]")
    assert "LNT-HISTORY" not in {note.code for note in lint([path]).notes}


def test_the_verb_writes_the_record(changed: Changed, run: Run) -> None:
    """`compliance rules record` prints the file it wrote."""
    folder = changed().parent
    ran = run("rules", "record", folder)
    assert (ran.code, ran.out.strip()) == (0, str(folder / FILE))
