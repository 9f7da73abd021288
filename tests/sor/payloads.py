"""One sound statement of reasons, and ways to spoil it."""

from __future__ import annotations

from typing import Any, Final

ABSENT: Final = object()
"""Stands for a key that is not sent at all."""
_SOUND: Final[dict[str, Any]] = {
    "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
    "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_ground": "Section 4 of the rules of the house",
    "incompatible_content_explanation": "The stream showed goods that may not be sold here.",
    "content_type": ["CONTENT_TYPE_VIDEO"],
    "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "content_date": "2025-08-01",
    "application_date": "2025-08-02",
    "decision_facts": "Seen in a routine review.",
    "source_type": "SOURCE_VOLUNTARY",
    "automated_detection": "No",
    "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    "puid": "halcyon-live-0001",
}
ILLEGAL: Final[dict[str, Any]] = {
    "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
    "illegal_content_legal_ground": "Article 10 of the Act on markets",
    "illegal_content_explanation": "The offer is forbidden there.",
    "incompatible_content_ground": ABSENT,
    "incompatible_content_explanation": ABSENT,
}


def statement(**changes: Any) -> dict[str, Any]:
    """A sound statement with some fields changed, or left out where the change is `ABSENT`."""
    changed = {**_SOUND, **changes}
    return {name: value for name, value in changed.items() if value is not ABSENT}
