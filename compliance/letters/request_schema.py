"""The published JSON Schema of a request, generated from its model."""

from __future__ import annotations

import json

from compliance.letters.request_model import Request


def request_schema_text() -> str:
    """The schema as it stands in `schemas/request.schema.json`."""
    schema = Request.model_json_schema(by_alias=True, mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "request.schema.json",
        "title": "request.yaml: what a letter asks, as a person confirms it (request/1)",
    }
    return json.dumps({**head, **{name: part for name, part in schema.items() if name != "title"}}, indent=2) + "\n"
