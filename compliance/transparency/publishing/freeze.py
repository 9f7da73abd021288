"""A report frozen as the next version of a publication, with the form of what has to be answered."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from compliance import __version__
from compliance.assess.session import project_of
from compliance.clock import Clock, format_us, to_us
from compliance.errors import InputError, Place, UsageError
from compliance.evidence.staging import staged_folder, write_new
from compliance.period import parse_period
from compliance.transparency.generate.declared import load_declared
from compliance.transparency.publishing.ask import questions_of
from compliance.transparency.publishing.question import form, load_policy
from compliance.transparency.publishing.record import (
    ASKED,
    BESIDE,
    CHANGES,
    FORM,
    REPORT,
    UPDATE,
    VERSIONS,
    Publication,
    Version,
    digests,
    open_publication,
    require_role,
    writing,
)
from compliance.transparency.publishing.shown import changes
from compliance.transparency.recount.session import one_report, period_of
from compliance.transparency.report import Published


def freeze(
    report: Path,
    folder: Path,
    *,
    by: str,
    clock: Clock,
    store: Path | None = None,
    last: Sequence[Path] = (),
    declared: Path | None = None,
    config: Path | None = None,
    policy: Path | None = None,
    texts_by: str = "",
    why: str = "",
    how: str = "",
) -> Version:
    """Copies a report as the next version of a publication and writes the form of what has to be answered.

    `texts_by`: the role that owns the texts which nobody declared, such as those that `generate` writes.

    UsageError `PUB-SAME` where nothing differs from the last version, `PUB-UPDATE` where an update says not why or how;
    InputError `PUB-PERIOD` where the publication is of another period or service.
    """
    require_role(by)
    if not report.is_dir():
        raise UsageError("PUB-REPORT", f"{report} is no folder", hint="name the folder that `transparency` generated")
    shown = one_report([report])
    span = parse_period(period_of(shown))
    service = shown.services[0] if shown.services else ""
    project, _ = project_of(config)
    said = load_declared(declared, project.transparency)
    with writing(folder) as ledger:
        publication = open_publication(folder)
        _require_same(publication, service, span.label, report)
        earlier = _published_before(publication)
        update = _update(earlier, shown, publication, why, how)
        questions = questions_of(shown, span.days, store, last, said, config, load_policy(policy), texts_by)
        number = len(publication.versions) + 1
        title = f"{span.label} of {service}, version {number}"
        place = folder / VERSIONS / str(number)
        if place.exists():
            shutil.rmtree(place)  # left by a freeze that was cut off: the ledger does not name it
        with staged_folder(place) as staging:
            shutil.copytree(report, staging / REPORT)
            asked = form(title, questions)
            write_new(staging / ASKED, asked.encode())
            write_new(staging / FORM, asked.encode())
            if declared is not None:
                write_new(staging / "declared.yaml", declared.read_bytes())
            if update is not None:
                write_new(staging / UPDATE, _json(update["document"]))
                write_new(staging / CHANGES, str(update["changes"]).encode())
        ledger.append(
            "frozen",
            {
                "version": number,
                "at": format_us(to_us(clock())),
                "by": by,
                "service": service,
                "period": span.label,
                "last_day": span.last.isoformat(),
                "files": digests(place / REPORT),
                "asked": digests(place)[ASKED],
                "beside": {name: digest for name, digest in digests(place).items() if name in BESIDE},
                "cut_off": _cut_off(report),
                "store": _head(store),
                "updates": earlier.number if earlier else None,
                "tool": __version__,
            },
        )
    return open_publication(folder).last


def _require_same(publication: Publication, service: str, period: str, report: Path) -> None:
    for version in publication.versions[:1]:
        if (version.frozen["service"], version.frozen["period"]) != (service, period):
            raise InputError(
                "PUB-PERIOD",
                f"this publication is of {version.frozen['period']} of {version.frozen['service']}, the report of {period} of {service}",
                place=Place(str(report)),
                hint="every service and period has a publication of its own: name another folder",
            )
    if publication.versions and digests(report) == publication.last.frozen["files"]:
        raise UsageError(
            "PUB-SAME",
            f"the report is that of version {publication.last.number}, byte for byte",
            hint="answer its form and approve it; there is nothing to freeze anew",
        )


def _published_before(publication: Publication) -> Version | None:
    done = [version for version in publication.versions if version.published]
    return done[-1] if done else None


def _update(
    earlier: Version | None, report: Published, publication: Publication, why: str, how: str
) -> dict[str, Any] | None:
    """What an update says of itself (Reg. (EU) 2024/2835 Art. 3(2)): of which version, what changed, why and how; None for a first."""
    if earlier is None:
        return None
    if not why.strip() or not how.strip():
        raise UsageError(
            "PUB-UPDATE",
            f"version {earlier.number} is published: this one is an update, and says why and how it was corrected",
            hint='--why "what was wrong" --how "how it was corrected"',
        )
    listed = list(changes(one_report([earlier.report]), report))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(["cell", "before", "after"])
    writer.writerows([change.cell, change.before, change.after] for change in listed)
    day = earlier.published_on
    document = {
        "update_of_version": earlier.number,
        "that_version_published_on": day.isoformat() if day else None,
        "version": len(publication.versions) + 1,
        "cells_changed": len(listed),
        "reason": why,
        "method_of_correction": how,
        "changes": CHANGES,
    }
    return {"document": document, "changes": stream.getvalue()}


def _cut_off(report: Path) -> str | None:
    """Instant up to which the log was known when the figures were made; None for a report that was not generated here."""
    try:
        said = json.loads((report / "figures.json").read_text("utf-8"))["as_of"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(said)


def _head(store: Path | None) -> dict[str, Any] | None:
    if store is None:
        return None
    from compliance.events.store import Store

    head = Store.open(store).checkpoint()
    return {"origin": head.origin, "size": head.size, "root": head.root.hex()}


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(document), ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
