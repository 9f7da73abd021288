"""The steps of a publication: a version is frozen, its questions answered, approved by another role, and found published."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from compliance import __version__
from compliance.assess.session import instant_of, project_of
from compliance.clock import Clock, format_us, midnight_us, to_us
from compliance.errors import InputError, Place, UsageError
from compliance.evidence.staging import staged_folder, write_new
from compliance.period import parse_period
from compliance.transparency.generate.declared import load_declared
from compliance.transparency.lint.run import lint
from compliance.transparency.publishing.archive import Found, fetched
from compliance.transparency.publishing.ask import questions_of
from compliance.transparency.publishing.question import (
    form,
    load_policy,
)
from compliance.transparency.publishing.record import (
    ARCHIVE,
    ASKED,
    BESIDE,
    CHANGES,
    FORM,
    INTERNAL,
    REPORT,
    UPDATE,
    VERSIONS,
    Publication,
    Version,
    digests,
    form_digest,
    open_publication,
    writing,
)
from compliance.transparency.publishing.shown import Change, changes
from compliance.transparency.recount.session import one_report, period_of
from compliance.transparency.report import Published

_LISTED = 50


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
    _require_role(by)
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


def approve(folder: Path, *, by: str, clock: Clock) -> Version:
    """Approves the last version, bound to the digests of its files and of the answered form.

    UsageError `PUB-ROLE` for the preparer, `PUB-OPEN` while questions are open, `PUB-CHANGED` where a file is not what was
    frozen, `PUB-LINT` while the report departs from the template, `PUB-CUT-OFF` where its period was not over.
    """
    _require_role(by)
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


def published(
    folder: Path, sources: Sequence[str], *, on: date | None, by: str, clock: Clock, plain_http: bool = False
) -> tuple[Version, Found]:
    """Archives what was published and compares it with what was approved. UsageError `PUB-NOT-APPROVED` before that."""
    _require_role(by)
    with writing(folder) as ledger:
        version = open_publication(folder).last
        if version.approved is None:
            raise UsageError(
                "PUB-NOT-APPROVED",
                version.void or f"version {version.number} is a draft that nobody approved",
                hint="`compliance transparency approve` first; what is public without approval is to be taken down",
            )
        content = fetched(sources, plain_http=plain_http)
        found = compared(version, content)
        number = len(version.published) + 1
        if (version.folder / ARCHIVE / str(number)).exists():
            shutil.rmtree(version.folder / ARCHIVE / str(number))  # left by a run that was cut off
        with staged_folder(version.folder / ARCHIVE / str(number)) as staging:
            for name, raw in content.items():
                write_new(staging / name, raw)
        day = on or date.fromisoformat(format_us(to_us(clock()))[:10])
        ledger.append(
            "published",
            {
                "version": version.number,
                "at": format_us(to_us(clock())),
                "by": by,
                "on": day.isoformat(),
                "sources": list(sources),
                "archive": number,
                "files": digests(version.folder / ARCHIVE / str(number)),
                "equal": found.equal,
            },
        )
    return open_publication(folder).last, found


def compared(version: Version, content: Mapping[str, bytes]) -> Found:
    """What was published beside what was approved, file by file and, where a part differs, cell by cell."""
    approved = {path.name: path for path in version.report.rglob("*") if path.is_file() and path.name not in INTERNAL}
    approved |= {name: version.folder / name for name in BESIDE if (version.folder / name).is_file()}
    notes = [f"{name} is internal and lies in public" for name in content if name in INTERNAL]
    notes += [
        f"{name} is missing: the CSV files are the binding form, and an update says why"
        for name in sorted(approved)
        if (name.endswith(".csv") or name in BESIDE) and name not in content
    ]
    notes += [f"{name} was not approved" for name in sorted(content) if name not in approved and name not in INTERNAL]
    differing = [
        name for name, raw in sorted(content.items()) if name in approved and raw != approved[name].read_bytes()
    ]
    notes += [f"{name} differs from what was approved" for name in differing]
    cells: tuple[Change, ...] = ()
    if any(name.endswith(".csv") for name in differing):
        cells = _cells(version, content)
    return Found(not notes, tuple(notes), cells)


def _cells(version: Version, content: Mapping[str, bytes]) -> tuple[Change, ...]:
    with tempfile.TemporaryDirectory() as folder:
        for name, raw in content.items():
            (Path(folder) / name).write_bytes(raw)
        try:
            return tuple(changes(one_report([version.report]), one_report([Path(folder)])))[:_LISTED]
        except (InputError, UsageError, ValueError):
            return ()


def _require_role(by: str) -> None:
    if not by.strip():
        raise UsageError("PUB-BY", "a step needs the role that takes it", hint='--by "head of transparency"')


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


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(document), ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
