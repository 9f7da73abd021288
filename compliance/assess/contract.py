"""The published form of an assessment: JSON with sorted keys, and the schema that describes it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from compliance.assess.model import (
    INSTANCE_VERDICTS,
    Assessment,
    EventRef,
    Finding,
    Limit,
    Reason,
    RuleResult,
    TypeCoverage,
    Verdict,
)
from compliance.engine.readable import readable
from compliance.errors import InputError, Place

FORMAT = "assessment/1"


def to_document(assessment: Assessment) -> dict[str, Any]:
    """Assessment as plain JSON values, as `schemas/assessment.schema.json` describes."""
    return {
        "format": FORMAT,
        "service": assessment.service,
        "tool_version": assessment.tool_version,
        "as_of": assessment.as_of,
        "period": {"from": assessment.period[0], "to": assessment.period[1], "zone": assessment.zone},
        "rules": [_rule(rule) for rule in assessment.rules],
        "findings": [finding_document(f) for f in assessment.findings],
        "coverage": [
            {
                "event_type": c.event_type,
                "windows": [list(w) for w in c.windows],
                "sources": list(c.sources),
                "declared": c.declared,
            }
            for c in assessment.coverage
        ],
        "ingest": assessment.ingest,
        "rules_lock": assessment.rules_lock,
        "rules_digests": assessment.rules_digests,
        "gates": list(assessment.gates),
        "warnings": list(assessment.warnings),
        "what_if": list(assessment.what_if),
    }


def to_json(assessment: Assessment) -> str:
    """Assessment as JSON text: sorted keys, two spaces, a newline at the end."""
    return json.dumps(to_document(assessment), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _rule(rule: RuleResult) -> dict[str, Any]:
    return {
        "id": rule.id,
        "key": rule.key,
        "revision": rule.revision,
        "title": rule.title,
        "class": rule.rule_class,
        "severity": rule.severity,
        "provisions": list(rule.provisions),
        "chapter": rule.chapter,
        "verdict": str(rule.verdict),
        "reason": rule.reason,
        "counts": {str(verdict): rule.counts.get(verdict, 0) for verdict in INSTANCE_VERDICTS},
        "limits": [asdict(limit) for limit in rule.limits],
        "needs": list(rule.needs),
        "omitted": rule.omitted,
        "value": rule.value,
        "sql": ";\n\n".join(map(readable, rule.sql)),
        "gates": list(rule.gates),
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding as plain JSON values."""
    document = asdict(finding)
    document["verdict"], document["reason"] = str(finding.verdict), str(finding.reason)
    document["events"] = [asdict(event) for event in finding.events]
    document["caveats"] = list(finding.caveats)
    return document


def from_json(text: str | bytes, name: str = "assessment") -> Assessment:
    """Assessment of JSON, as text or UTF-8 bytes. InputError `ASM-INVALID` where it is not one."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']!r}, wanted {FORMAT!r}")
        return Assessment(
            service=data["service"],
            tool_version=data["tool_version"],
            as_of=data["as_of"],
            period=(data["period"]["from"], data["period"]["to"]),
            zone=data["period"]["zone"],
            rules=tuple(_rule_from(rule) for rule in data["rules"]),
            findings=tuple(_finding_from(finding) for finding in data["findings"]),
            coverage=tuple(
                TypeCoverage(
                    c["event_type"], tuple((a, b) for a, b in c["windows"]), tuple(c["sources"]), c["declared"]
                )
                for c in data["coverage"]
            ),
            ingest=data["ingest"],
            rules_lock=data["rules_lock"],
            rules_digests=data["rules_digests"],
            gates=tuple(data["gates"]),
            warnings=tuple(data["warnings"]),
            what_if=tuple(data["what_if"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(
            "ASM-INVALID",
            f"this is not an assessment: {error}",
            place=Place(name),
            hint="give the JSON that `compliance check --format json` wrote",
        ) from error


def _rule_from(data: dict[str, Any]) -> RuleResult:
    return RuleResult(
        id=data["id"],
        key=data["key"],
        revision=data["revision"],
        title=data["title"],
        rule_class=data["class"],
        severity=data["severity"],
        provisions=tuple(data["provisions"]),
        chapter=data["chapter"],
        verdict=Verdict(data["verdict"]),
        reason=data["reason"],
        counts={Verdict(name): number for name, number in data["counts"].items()},
        limits=tuple(Limit(**limit) for limit in data["limits"]),
        needs=tuple(data["needs"]),
        omitted=data["omitted"],
        value=data["value"],
        sql=tuple(data["sql"].split(";\n\n")) if data["sql"] else (),
        gates=tuple(data["gates"]),
    )


def _finding_from(data: dict[str, Any]) -> Finding:
    limit = Limit(**data["limit"]) if data["limit"] else None
    return Finding(
        **{
            **data,
            "verdict": Verdict(data["verdict"]),
            "reason": Reason(data["reason"]),
            "limit": limit,
            "events": tuple(EventRef(**event) for event in data["events"]),
            "caveats": tuple(data["caveats"]),
        }
    )


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the published form; `schemas/assessment.schema.json` holds it."""
    verdicts = [str(verdict) for verdict in Verdict]
    instance = [str(verdict) for verdict in INSTANCE_VERDICTS]
    text, maybe = {"type": "string"}, {"type": ["string", "null"]}
    count = {"type": "integer", "minimum": 0}
    limit = _object({"value": text, "origin": {"enum": ["statutory", "guidance", "policy", "ordered"]}})
    event = _object(
        {"id": text, "role": text, "time": text, "file": text, "line": {"type": ["integer", "null"], "minimum": 1}}
    )
    rule = _object(
        {
            "id": text,
            "key": text,
            "revision": {"type": "integer", "minimum": 1},
            "title": text,
            "class": {"enum": ["hard", "soft", "indicator", "metric", "attestation"]},
            "severity": {"enum": ["info", "low", "medium", "high", "critical"]},
            "provisions": _list(text),
            "chapter": text,
            "verdict": {"enum": verdicts},
            "reason": text,
            "counts": _object(dict.fromkeys(instance, count)),
            "limits": _list(limit),
            "needs": _list(text),
            "omitted": count,
            "value": {"type": ["object", "null"]},
            "sql": text,
            "gates": _list(text),
        }
    )
    finding = _object(
        {
            "id": {"type": "string", "pattern": "^F-[A-Z2-7]{16}$"},
            "rule": text,
            "revision": {"type": "integer", "minimum": 1},
            "verdict": {"enum": instance},
            "reason": {"enum": [str(reason) for reason in Reason]},
            "case": maybe,
            "trigger": text,
            "at": text,
            "due": maybe,
            "due_late": maybe,
            "observed": maybe,
            "delay_seconds": {"type": ["integer", "null"]},
            "limit": {"anyOf": [limit, {"type": "null"}]},
            "message": text,
            "events": _list(event),
            "caveats": _list(text),
            "disposition": {"type": ["object", "null"]},
            "detail": {"type": "object"},
        }
    )
    coverage = _object(
        {
            "event_type": text,
            "windows": _list({"type": "array", "items": text, "minItems": 2, "maxItems": 2}),
            "sources": _list(text),
            "declared": {"type": "boolean"},
        }
    )
    file = _object(
        {
            "file": text,
            "sha256": text,
            "bytes": count,
            "lines": count,
            "accepted": count,
            "duplicates": count,
            "rejected": count,
            "blank": count,
        }
    )
    ingest = _object(
        {
            "files": _list(file),
            "lines": count,
            "accepted": count,
            "duplicates": count,
            "rejected": count,
            "blank": count,
        }
    )
    gate = _object(
        {
            "id": text,
            "title": text,
            "state": {"enum": ["passed", "failed", "unknown"]},
            "seen": text,
            "event_types": _list(text),
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:compliance:assessment:1",
        "title": "Assessment",
        "description": "What one check says of a service's events. Internal: verdicts do not leave for an authority.",
        **_object(
            {
                "format": {"const": FORMAT},
                "service": text,
                "tool_version": text,
                "as_of": text,
                "period": _object({"from": text, "to": text, "zone": text}),
                "rules": _list(rule),
                "findings": _list(finding),
                "coverage": _list(coverage),
                "ingest": ingest,
                "rules_lock": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "rules_digests": {"type": "object", "additionalProperties": text},
                "gates": _list(gate),
                "warnings": _list(text),
                "what_if": _list(text),
            }
        ),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
