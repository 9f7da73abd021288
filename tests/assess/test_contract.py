"""The published form of an assessment."""

from __future__ import annotations

import json

import jsonschema
import pytest

from compliance.assess.contract import from_json, schema, to_document, to_json
from compliance.assess.model import Assessment
from compliance.errors import InputError
from compliance.resources import data_dir
from tests.assess.test_check import ALL, run


@pytest.fixture
def assessment() -> Assessment:
    """A small assessment with coverage."""
    return run(ALL)


def test_the_shipped_schema_is_the_one_the_code_writes() -> None:
    """`schemas/assessment.schema.json` has not drifted."""
    assert json.loads((data_dir("schemas") / "assessment.schema.json").read_text("utf-8")) == schema()


def test_an_assessment_fits_its_schema(assessment: Assessment) -> None:
    """Every field is described, and none is left over."""
    jsonschema.validate(to_document(assessment), schema())


def test_reading_gives_back_what_was_written(assessment: Assessment) -> None:
    """The text is a fixed point: read and written again it has the same bytes."""
    assert to_json(from_json(to_json(assessment))) == to_json(assessment)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "assessment/9"}', "null"])
def test_what_is_no_assessment_is_refused(text: str) -> None:
    """A file of another kind is named as such."""
    with pytest.raises(InputError, match="ASM-INVALID"):
        from_json(text)
