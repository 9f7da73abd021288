"""A person confirms a request: role, time, and every doubt settled or accepted by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compliance.clock import Clock
from compliance.errors import LetterError, Place
from compliance.letters.request import load_request
from compliance.letters.request_file import content_digest, replace_block, replace_text, to_json
from compliance.letters.request_model import ConfirmedBy, Request


def confirm_request(path: Path, role: str, accepted: Sequence[str], clock: Clock) -> Request:
    """Record in the file who confirmed it and when. LetterError `LET-UNSETTLED` names the doubts that are neither removed nor accepted."""
    request = load_request(path, confirming=True)
    place = Place(str(path))
    if len(role.strip()) < 2:
        raise LetterError(
            "LET-ROLE",
            "a confirmation needs the role that gives it",
            place=place,
            hint="give --role, e.g. 'legal counsel'",
        )
    doubts = {doubt.field: doubt.why for doubt in request.to_confirm}
    unknown = [field for field in accepted if field not in doubts and field != "all"]
    if unknown:
        raise LetterError(
            "LET-ACCEPT",
            f"{unknown[0]} is not among the doubts",
            place=place,
            hint=f"doubts: {', '.join(doubts) or 'none'}",
        )
    left = [] if "all" in accepted else [field for field in doubts if field not in accepted]
    if left:
        raise LetterError(
            "LET-UNSETTLED",
            f"{len(left)} doubt(s) are not settled: " + "; ".join(f"{field} ({doubts[field]})" for field in left[:8]),
            place=place,
            hint="compare with the letter; correct the field and delete its entry in to_confirm, or accept it by name with --accept FIELD",
        )
    settled = ConfirmedBy(
        role=role.strip(),
        at=clock(),
        accepted=[field for field in doubts if "all" in accepted or field in accepted],
        digest=content_digest(request),
    )
    confirmed = request.model_copy(update={"confirmed_by": settled})
    text = path.read_text("utf-8-sig")
    replace_text(
        path,
        to_json(confirmed)
        if path.suffix == ".json"
        else replace_block(text, "confirmed_by", settled.model_dump(mode="json")),
    )
    return load_request(path)
