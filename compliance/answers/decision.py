"""What a person decided and entered for one answer, checked before anything is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from compliance.answers.added import read_approvals
from compliance.answers.model import Choices, Mandate
from compliance.clock import parse_instant
from compliance.errors import AnswerError, Place
from compliance.evidence.suppression import LEAST
from compliance.project import Project, default_project, find_config, load_project


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything one answer is made from, as named on the command line. Texts are '' where nothing was said."""

    request: Path
    store: Path
    out: Path
    config: Path | None = None
    texts: Path | None = None
    documents: Path | None = None
    approvals: Path | None = None
    corrections: Path | None = None
    withheld: Path | None = None
    preparer: str = ""
    signatory: str = ""
    mandate: str = ""
    sent_at: str = ""
    supply_by: str = ""
    legal_ground: str = ""
    role: str = ""
    confidential: bool = False
    personal_ground: str = ""
    rules: tuple[Path, ...] = ()
    non_confidential: bool = False
    """Write the non-confidential version beside the bundle."""
    least: int = LEAST
    """Smallest number that the non-confidential version shows."""
    project: Project | None = None


def project_of(inputs: Inputs) -> tuple[Project, Path]:
    """The service's configuration and its folder: the one named, else the nearest to the request, else nothing is known."""
    path = inputs.config or find_config(inputs.request.parent)
    if inputs.project is not None or path is None:
        return inputs.project or default_project(), inputs.request.parent
    return load_project(path), path.resolve().parent


def choices_of(inputs: Inputs) -> Choices:
    """The decisions a person made. AnswerError `ANS-GROUND` where one lacks the role that made it."""
    decided = {
        "--legal-ground": inputs.legal_ground,
        "--confidential": inputs.confidential,
        "--personal-ground": inputs.personal_ground,
    }
    for option, value in decided.items():
        if value and not inputs.role.strip():
            raise AnswerError(
                "ANS-GROUND",
                f"{option} is a decision, and nobody is named for it",
                place=Place("--role"),
                hint="add --role with the role that decides; it is logged in the matter",
            )
    if inputs.least < 1:
        raise AnswerError(
            "ANS-LEAST",
            f"{inputs.least} is no smallest number to show",
            place=Place("--least"),
            hint="write a whole number from 1; 10 is the default",
        )
    if inputs.supply_by:
        try:
            dt.date.fromisoformat(inputs.supply_by)
        except ValueError as error:
            raise AnswerError(
                "ANS-TIME",
                f"not a date: {inputs.supply_by!r}",
                place=Place("--supply-by"),
                hint="write it as 2026-10-15",
            ) from error
    return Choices(
        legal_ground=inputs.legal_ground,
        role=inputs.role,
        confidential=inputs.confidential,
        personal_ground=inputs.personal_ground,
        approvals=read_approvals(inputs.approvals),
        supply_by=inputs.supply_by,
    )


def mandate_of(inputs: Inputs) -> Mandate:
    """Signatory, mandate and dispatch as given, placeholders where not. AnswerError `ANS-TIME` where the instant is none."""
    if inputs.sent_at:
        try:
            parse_instant(inputs.sent_at)
        except ValueError as error:
            raise AnswerError(
                "ANS-TIME",
                str(error),
                place=Place("--sent-at"),
                hint="write it with its offset: 2026-09-25T12:00:00+02:00",
            ) from error
    given = {
        "signatory_role": inputs.signatory,
        "mandate": inputs.mandate,
        "sent_at": inputs.sent_at,
        "preparer": inputs.preparer,
    }
    return replace(Mandate(), **{name: value for name, value in given.items() if value})
