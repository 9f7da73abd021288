"""SQL laid out for people: nothing but white space changes, and each clause has a line of its own."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from compliance.engine.plan import Aggregate, Filter, Join, Project, Scan, Top, both, call, col, keep, lit
from compliance.engine.readable import WIDTH, readable
from compliance.engine.sql import select

STRANGE = "it's (SELECT 1 FROM x, y) -- WHERE"


def _statement(value: str) -> str:
    chosen = Filter(
        Scan("ev"), both(call("=", col("type"), lit(value)), call("<=", col("t"), lit(1_795_996_800_000_000)))
    )
    counted = Aggregate(chosen, keep("k"), (("c", call("count")),))
    joined = Join(
        chosen,
        counted,
        call("=", col("k", "l"), col("k", "r")),
        (*keep("n", "k", side="l"), *keep("c", side="r")),
        "left",
    )
    return select(Top(Project(joined, keep("n", "k", "c")), ("n",), 5))


def test_every_clause_has_a_line_and_subqueries_are_indented() -> None:
    """The structure of nested statements can be seen."""
    lines = readable(_statement("notice.received")).splitlines()
    assert lines[0] == "SELECT *"
    assert '  SELECT "n", "k", "c"' in lines
    assert sum(line.strip().startswith("FROM") for line in lines) == 6
    assert max(map(len, lines)) <= WIDTH


@given(st.text(max_size=40))
def test_only_white_space_between_words_changes(value: str) -> None:
    """Constants stay as they are, whatever they hold, and laying out twice changes nothing."""
    statement = _statement(value)
    laid = readable(statement)
    assert readable(laid) == laid
    strings = re.compile(r"'(?:[^']|'')*'")
    assert strings.findall(laid) == strings.findall(statement)
    assert re.sub(r"\s+", "", strings.sub("?", laid)) == re.sub(r"\s+", "", strings.sub("?", statement))


def test_constants_that_look_like_sql_are_left_alone() -> None:
    """A name with brackets, keywords and comment marks is one word."""
    assert f"'{STRANGE.replace(chr(39), chr(39) * 2)}'" in readable(_statement(STRANGE))
