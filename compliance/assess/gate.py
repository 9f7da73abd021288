"""Evidence gates (register §3): what must hold of a log before the absence of an event says anything."""

from __future__ import annotations

from typing import Any

from compliance.clock import format_us
from compliance.events.dataset import Dataset
from compliance.patterns.coverage import Knowns
from compliance.project import Project


def gates_of(dataset: Dataset, project: Project, knowns: Knowns, start: int, last: int) -> tuple[dict[str, Any], ...]:
    """Gates with `id, title, state` (passed, failed, unknown) and what was seen."""
    speaking = knowns.types
    short = [event_type for event_type in speaking if not knowns.of(event_type).covered(start, last)]
    rejected = sum(counts.rejected for counts in dataset.files)
    lines = sum(counts.lines for counts in dataset.files)
    unread = knowns.unreadable_lines
    return (
        _gate(
            "E1",
            "Clocks",
            "unknown" if not project.skew_us else "passed",
            f"declared skew bound {project.skew}" if project.skew_us else "no bound on clock differences is declared",
        ),
        _gate(
            "E2",
            "Coverage",
            "unknown" if not speaking else "failed" if short else "passed",
            "no source says from when to when it is complete"
            if not speaking
            else f"{len(speaking) - len(short)} of {len(speaking)} event types complete from {format_us(start)} "
            f"to {format_us(last)}",
        ),
        _gate(
            "E5",
            "Readable lines",
            "failed" if knowns.too_many_unreadable else "passed",
            f"{rejected} of {lines} lines refused, {unread} of them unreadable; tolerance {knowns.tolerance:.2%}",
        ),
        _gate(
            "E6",
            "Watermark",
            "passed" if dataset.watermark is not None and dataset.watermark <= knowns.as_of else "unknown",
            f"latest event {format_us(dataset.watermark)}" if dataset.watermark is not None else "no event",
        ),
        _gate(
            "E7",
            "Profile facts",
            "passed" if project.profile.owner else "unknown",
            f"attested by {project.profile.owner}"
            if project.profile.owner
            else "nobody has signed the profile's facts",
        ),
    )


def _gate(gate: str, title: str, state: str, seen: str) -> dict[str, Any]:
    return {"id": gate, "title": title, "state": state, "seen": seen}
