"""A frozen version approved by another role, bound to the digests of its files and of the answered form."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from compliance.assess.session import instant_of
from compliance.clock import Clock, format_us, midnight_us, to_us
from compliance.errors import UsageError
from compliance.transparency.lint.run import lint
from compliance.transparency.publishing.record import (
    FORM,
    Version,
    form_digest,
    open_publication,
    require_role,
    writing,
)
from compliance.transparency.recount.session import one_report


def approve(folder: Path, *, by: str, clock: Clock) -> Version:
    """Approves the last version, bound to the digests of its files and of the answered form.

    UsageError `PUB-ROLE` for the preparer, `PUB-OPEN` while questions are open, `PUB-CHANGED` where a file is not what was
    frozen, `PUB-LINT` while the report departs from the template, `PUB-CUT-OFF` where its period was not over.
    """
    require_role(by)
    with writing(folder) as ledger:
        version = open_publication(folder).last
        if version.void:
            raise UsageError("PUB-CHANGED", version.void, hint="freeze the report again, or put back what was frozen")
        if by.strip().casefold() == str(version.frozen["by"]).strip().casefold():
            raise UsageError(
                "PUB-ROLE", f"{by} prepared this version", hint="another role approves what this one prepared"
            )
        if version.open:
            first = version.open[0]
            raise UsageError(
                "PUB-OPEN",
                f"{len(version.open)} question(s) are open, the first: {first.kind} {first.subject}",
                hint=f"answer them in {version.folder / FORM}",
            )
        _require_sound(version)
        ledger.append(
            "approved",
            {
                "version": version.number,
                "at": format_us(to_us(clock())),
                "by": by,
                "form": form_digest(version),
                "files": version.frozen["files"],
            },
        )
    return open_publication(folder).last


def _require_sound(version: Version) -> None:
    linted = lint(one_report([version.report]))
    faults = [finding for finding in linted.findings if finding.severity == "error"]
    if faults:
        raise UsageError(
            "PUB-LINT",
            f"the report departs from the template in {len(faults)} place(s), the first: {faults[0].title} "
            f"({faults[0].cell or faults[0].file})",
            hint=f"`compliance transparency lint {version.report}`, then freeze what was corrected",
        )
    cut_off = version.frozen["cut_off"]
    if cut_off is not None:
        known = instant_of(str(cut_off))
        over = midnight_us(date.fromordinal(date.fromisoformat(str(version.frozen["last_day"])).toordinal() + 1), "UTC")
        if known is not None and known < over:
            raise UsageError(
                "PUB-CUT-OFF",
                f"the figures were cut off at {cut_off}, before the period was over",
                hint="generate the report again when the log reaches the end of the period, and freeze that",
            )
