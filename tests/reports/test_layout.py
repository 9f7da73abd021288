"""Layouts: a section is a few lines of YAML, and a wrong line names its place."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from compliance.errors import InputError
from compliance.reports.content import Chart, Table
from compliance.reports.layout import load_layout
from compliance.reports.quarterly import build_quarterly
from tests.reports.quarter import assessment, made, rule

HEAD = "format: layout/1\ntitle: T\naudience: A\nsignatures: [a]\nsections:\n"


def test_a_section_of_figures_needs_no_code(tmp_path: Path) -> None:
    """Four lines name a section, and it holds a table and a chart of those figures."""
    (tmp_path / "mine.yaml").write_text(
        HEAD + "  - id: extra\n    title: Extra\n    blocks:\n"
        "      - summary: [notices.received]\n      - {chart: notices.received, by: category}\n"
    )
    layout = load_layout("mine", tmp_path)
    report = build_quarterly(dataclasses.replace(made(assessment([rule(compliant=1)])), layout=layout))
    kinds = [type(block) for block in report.sections[0].blocks]
    assert kinds == [Table, Chart]


@pytest.mark.parametrize(
    "line",
    [
        "{summary: [no.such]}",
        "{chart: notices.received}",
        "{chart: notices.received, by: color}",
        "{by: month}",
        "{summary: [notices.received], times: [notices.decision_time]}",
        "{sumary: [notices.received]}",
    ],
)
def test_a_wrong_block_is_refused_with_its_place(tmp_path: Path, line: str) -> None:
    """Unknown figures, dimensions and keys are found when the layout is read."""
    (tmp_path / "mine.yaml").write_text(HEAD + f"  - id: extra\n    title: Extra\n    blocks:\n      - {line}\n")
    with pytest.raises(InputError, match="REP-LAYOUT") as caught:
        load_layout("mine", tmp_path)
    assert caught.value.place is not None
    assert "sections.0.blocks.0" in str(caught.value.place)


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    """A block made in code that does not exist is named, with those that do."""
    (tmp_path / "mine.yaml").write_text(HEAD + "  - id: extra\n    title: Extra\n    blocks: [{part: nonsense}]\n")
    with pytest.raises(InputError, match="REP-PART"):
        build_quarterly(dataclasses.replace(made(assessment([])), layout=load_layout("mine", tmp_path)))
