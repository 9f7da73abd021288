"""Figures from a large store are those of the same events in memory: taking them out once changes none."""

from __future__ import annotations

import pytest

from compliance.transparency.generate.cells import relations
from compliance.transparency.generate.extract import TAKEN, _fields, _shared
from compliance.transparency.generate.session import generate
from tests.assess.logs import dataset
from tests.transparency.test_generate import ALL, DECLARED, HALF, KNOWN, PROJECT, Maker


@pytest.mark.parametrize("seed", range(3))
def test_a_view_gives_the_figures_of_a_table(seed: int) -> None:
    """Every figure, what is odd, and the queries that are put on record."""
    log = Maker(seed).made(14)
    held, viewed = dataset(log, ALL), dataset(log, ALL)
    viewed.con.execute("ALTER TABLE ev RENAME TO kept")
    viewed.con.execute("CREATE TEMP VIEW ev AS SELECT * FROM kept")
    one, two = (generate(one, PROJECT, HALF, DECLARED, as_of=KNOWN).measured for one in (held, viewed))
    assert viewed.con.execute(f"SELECT count(*) > 50 FROM {TAKEN}").fetchall() == [(True,)]
    assert (one.figures, one.nothing, one.problems) == (two.figures, two.nothing, two.problems)
    assert (one.notes, one.words, one.apart, one.queries) == (two.notes, two.words, two.apart, two.queries)


def test_types_share_columns_and_no_type_has_two_fields_in_one() -> None:
    """Every field of a type has one column of its SQL type, and there are hardly more than the widest type needs."""
    con = dataset([]).con
    kinds = {row[0]: row[1] for row in con.execute("DESCRIBE ev").fetchall()}
    fields = _fields(relations(), frozenset(kinds))
    shared = _shared(fields, kinds)
    for event, names in fields.items():
        places = [(name, number) for number, column in enumerate(shared) for name in column if event in column[name]]
        assert sorted(name for name, _ in places) == sorted(names)
        assert len({number for _, number in places}) == len(places)
    assert all(len({kinds[name] for name in column}) == 1 for column in shared)
    assert len(shared) <= 2 * max(map(len, fields.values()))
