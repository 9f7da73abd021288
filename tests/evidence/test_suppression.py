"""Small cells and those that would give them away: no reader of what is shown can work a small number out."""

from __future__ import annotations

import itertools
import random

import pytest

from compliance.evidence.suppression import LEAST, Sum, suppressed


def fillings(values: dict[str, int], each: Sum, hidden: set[str], total: int) -> list[dict[str, int]]:
    """Every way to fill the hidden parts of one sum that gives a total."""
    names = [part for part in each.parts if part in hidden]
    left = total - sum(values[part] for part in each.parts if part not in hidden)
    guesses = itertools.product(range(max(left, -1) + 1), repeat=max(len(names) - 1, 0))
    found = []
    for guess in guesses if names else [()]:
        last = left - sum(guess)
        if last >= 0 if names else last == 0:
            found.append(dict(zip(names, (*guess, last), strict=False)))
    return found


def possible(values: dict[str, int], sums: list[Sum], hidden: set[str], most: int) -> dict[str, set[int]]:
    """Every value that each hidden cell may have, by trying all fillings of sums that share one total."""
    found: dict[str, set[int]] = {name: set() for name in hidden}
    for total in range(most + 1) if "total" in hidden else (values["total"],):
        tried = [fillings(values, each, hidden, total) for each in sums]
        if all(tried):
            for name, value in [pair for way in tried for filled in way for pair in filled.items()]:
                found[name].add(value)
            if "total" in hidden:
                found["total"].add(total)
    return found


def test_small_cells_go_and_nils_stay() -> None:
    """Without totals only the small cells go; the bound itself is shown, and so is a nil."""
    assert suppressed({"a": 0, "b": 1, "c": LEAST - 1, "d": LEAST}, []) == {"b", "c"}


def test_one_small_cell_takes_the_next_smallest_with_it() -> None:
    """With its total shown, a single small cell could be worked out: the smallest other cell goes too."""
    values = {"total": 150, "a": 3, "b": 47, "c": 100}
    assert suppressed(values, [Sum("total", ("a", "b", "c"))]) == {"a", "b"}


def test_two_small_cells_with_a_small_sum_take_a_third() -> None:
    """Two small cells whose sum is small too would be known to be small: a third cell goes."""
    values = {"total": 105, "a": 2, "b": 3, "c": 40, "d": 60}
    assert suppressed(values, [Sum("total", ("a", "b", "c", "d"))]) == {"a", "b", "c"}


def test_total_goes_where_nothing_else_can() -> None:
    """A small cell that is the whole total takes the total with it, and that the total's other tables."""
    values = {"total": 4, "a": 4, "x": 0, "y": 4}
    assert suppressed(values, [Sum("total", ("a",)), Sum("total", ("x", "y"))]) == {"total", "a", "y"}


def test_complement_is_protected() -> None:
    """97 of 100 gives away the 3: the number that is never printed is protected by hiding the one that is."""
    assert suppressed({"of": 100, "value": 97, "rest": 3}, [Sum("of", ("value", "rest"))], derived={"rest"}) == {
        "value"
    }


def test_what_readers_know_anyway_is_no_cover() -> None:
    """A number known from elsewhere cannot be hidden: the others must cover for each other."""
    values = {"cases": 45, "closed": 42, "open": 3}
    assert suppressed(values, [Sum("cases", ("closed", "open"))], fixed={"cases"}) == {"closed", "open"}


def test_tables_that_share_a_total_are_protected_together() -> None:
    """Two tables of one total: a total hidden for the one is not given away by the other."""
    values = {"total": 14, "m1": 4, "m2": 10, "s1": 14}
    hidden = suppressed(values, [Sum("total", ("m1", "m2")), Sum("total", ("s1",))])
    assert {"m1", "m2"} <= hidden


@pytest.mark.parametrize("seed", range(60))
def test_no_suppressed_small_cell_can_be_worked_out(seed: int) -> None:
    """By brute force over every filling that fits what is shown: each small cell may be another number, and one of k or more."""
    draw = random.Random(seed)
    least = 3
    months = [draw.choice((0, 1, 2, 3, 4, 6)) for _ in range(draw.randint(1, 4))]
    total = sum(months)
    first = draw.randint(0, total)
    values = {f"m{n}": value for n, value in enumerate(months)} | {"total": total, "s0": first, "s1": total - first}
    sums = [Sum("total", tuple(f"m{n}" for n in range(len(months)))), Sum("total", ("s0", "s1"))]
    if draw.random() < 0.5:
        part = draw.randint(0, total)
        values |= {"part": part, "rest": total - part}
        sums.append(Sum("total", ("part", "rest")))
    hidden = suppressed(values, sums, least, derived={"rest"} & values.keys())
    unknown = set(hidden) | ({"rest"} & values.keys())
    small = {cell for cell, value in values.items() if 0 < value < least}
    assert small <= unknown
    fits = possible(values, sums, unknown, total + least)
    for cell in small:
        assert len(fits[cell]) > 1
        assert max(fits[cell]) >= least


@pytest.mark.parametrize("seed", range(20))
def test_result_does_not_hang_on_order(seed: int) -> None:
    """The same cells go whatever order cells and sums are given in."""
    draw = random.Random(seed)
    values = {f"m{n}": draw.randint(0, 30) for n in range(6)}
    values["total"] = sum(values.values())
    sums = [Sum("total", tuple(f"m{n}" for n in range(6)))]
    turned = dict(reversed(values.items()))
    again = [Sum(each.total, tuple(reversed(each.parts))) for each in reversed(sums)]
    assert suppressed(values, sums) == suppressed(turned, again)
