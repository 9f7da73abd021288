"""A publication in words: its versions, what stands in the way of the next step, and by when it is due."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from compliance.deadline import holiday_calendar
from compliance.transparency.publication import publication_days
from compliance.transparency.publishing.record import FORM, Publication, Version
from compliance.transparency.template import template


def document(publication: Publication, country: str) -> dict[str, Any]:
    """The publication as JSON values. `country`: whose public holidays the deadlines roll over."""
    last_day = date.fromisoformat(str(publication.last.frozen["last_day"]))
    strict, later = publication_days(last_day, holiday_calendar(country, range(last_day.year, last_day.year + 2)))
    return {
        "service": publication.last.frozen["service"],
        "period": publication.last.frozen["period"],
        "publish_by": {
            "strict": strict.isoformat(),
            "later_reading": later.isoformat(),
            "basis": "Reg. (EU) 2024/2835 Art. 2(3); periods by Reg. (EEC, Euratom) 1182/71 Art. 3",
        },
        "versions": [_version(version, strict, later) for version in publication.versions],
        "next": list(next_steps(publication)),
    }


def _version(version: Version, strict: date, later: date) -> dict[str, Any]:
    on = version.published_on
    return {
        "version": version.number,
        "state": version.state,
        "frozen": version.frozen["at"],
        "prepared_by": version.frozen["by"],
        "cut_off": version.frozen["cut_off"],
        "approved_by": version.approved["by"] if version.approved else None,
        "approved": version.approved["at"] if version.approved else None,
        "published_on": on.isoformat() if on else None,
        "in_time": None if on is None else "yes" if on <= strict else "by the later reading" if on <= later else "no",
        "keep_until": _kept_until(on).isoformat() if on else None,
        "updates_version": version.frozen["updates"],
        "open_questions": len(version.open),
        "files": len(version.frozen["files"]),
        "void": version.void,
    }


def _kept_until(on: date) -> date:
    """Last day on which a version has to be public: five years from its publication (Reg. (EU) 2024/2835 Art. 3(1))."""
    year = on.year + template().keep_years
    return date(year, 2, 28) if (on.month, on.day) == (2, 29) else on.replace(year=year)


def next_steps(publication: Publication) -> Iterator[str]:
    """What stands between the last version and its publication, and who has to act."""
    version = publication.last
    if version.void:
        yield f"version {version.number} does not count: {version.void}. Freeze the report again, or put back what was frozen"
        return
    kinds = {
        kind: sum(question.kind == kind for question in version.open) for kind in ("move", "reconciliation", "text")
    }
    words = {
        "move": "large move(s) want a reason",
        "reconciliation": "number(s) that do not agree want a reason",
        "text": "text(s) want an owner",
    }
    for kind, number in kinds.items():
        if number:
            yield f"{number} {words[kind]}: {version.folder / FORM}"
    if version.state == "draft":
        yield f"DRAFT: a role other than {version.frozen['by']} approves it"
    elif version.state == "approved":
        yield "approved: publish the files of the report folder without figures.json, then `published` proves it"
    for entry in version.published[-1:]:
        if not entry["equal"]:
            yield "what was found in public is not what was approved: correct it, then `published` again"


def to_table(publication: Publication, country: str) -> str:
    """For a terminal."""
    said = document(publication, country)
    due = said["publish_by"]
    lines = [
        f"{said['period']} of {said['service']}",
        f"publish by {due['strict']} (strict reading), at the latest {due['later_reading']} ({due['basis']})",
        "",
    ]
    for version in said["versions"]:
        update = f", an update of version {version['updates_version']}" if version["updates_version"] else ""
        lines.append(f"version {version['version']}: {version['state']}{update}")
        lines.append(
            f"  frozen {version['frozen']} by {version['prepared_by']}, figures cut off at {version['cut_off'] or 'an unknown instant'}"
        )
        if version["void"]:
            lines.append(f"  NOT AS RECORDED: {version['void']}")
        if version["approved_by"]:
            lines.append(f"  approved {version['approved']} by {version['approved_by']}")
        if version["published_on"]:
            lines.append(
                f"  published {version['published_on']} (in time: {version['in_time']}); keep public until {version['keep_until']}"
            )
    lines += ["", *(f"next: {step}" for step in said["next"])]
    return "\n".join(lines).rstrip() + "\n"


def to_json(publication: Publication, country: str) -> str:
    """As JSON."""
    return json.dumps(document(publication, country), ensure_ascii=False, indent=1) + "\n"


FORMATS: Mapping[str, Callable[[Publication, str], str]] = {"table": to_table, "json": to_json}
"""Format name to the function that gives its text."""
