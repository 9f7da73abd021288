"""What `compliance sor reconcile` does: opens the service's log and the dumps of the same days, and compares them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compliance.assess.public_record import PublicRecord, compare, published_requirement, requirement
from compliance.assess.session import project_of
from compliance.errors import InputError, Place, UsageError
from compliance.events.dataset import Dataset
from compliance.events.load import load_logs
from compliance.events.mapping import load_mapping
from compliance.events.session import Scratch
from compliance.events.store import Store
from compliance.project import Project
from compliance.sor.digest import is_altered
from compliance.sor.platform_rows import platform_rows
from compliance.sor.rows import Row, read_rows

LOOK: int = 1000
"""Lines of a dump that are read to learn its version."""
MEMORY: str = "1GB"
"""What each side may hold in memory while it is read; beyond that it spills to disk."""


def reconcile(
    dumps: Sequence[Path],
    *,
    store: Path | None = None,
    logs: Sequence[Path] = (),
    config: Path | None = None,
    platform: str | None = None,
    service: str | None = None,
    listing: int = 1000,
) -> PublicRecord:
    """The service's store, or its logs, held against dumps (zip as published, CSV), full and light ones.

    `platform` defaults to the configured name of the service. UsageError `CLI-SOURCE` without exactly one of store and logs.
    """
    if bool(logs) == (store is not None):
        raise UsageError("CLI-SOURCE", "name either --log or --store", hint="sor reconcile DUMP... --store DIR")
    project, _ = project_of(config)
    if store is not None:
        own = Store.open(store).dataset(requirement(), project=project)
    else:
        own = load_logs(list(logs), requirement=requirement(), project=project, memory=MEMORY)
    name = platform or project.service.name or project.service.id
    scratch = Scratch()  # holds what is taken out of the dumps until they have been compared
    published, others = [], 0
    for number, path in enumerate(dumps):
        dataset, aside = _dump(path, name, project, scratch.path / str(number))
        published.append(dataset)
        others += aside
    return compare(
        own,
        published,
        service=service or _service(own, project),
        platform=name,
        listing=listing,
        others=others,
        altered=[path.name for path in dumps if is_altered(path)],
    )


def _service(own: Dataset, project: Project) -> str:
    """The configured service; the log's only one where none is configured."""
    found = [str(row[0]) for row in own.con.execute("SELECT DISTINCT service FROM ev ORDER BY 1").fetchall()]
    if project.service.id in found or not found:
        return project.service.id
    if len(found) == 1:
        return found[0]
    raise UsageError(
        "CLI-SERVICE",
        f"the log holds events of {', '.join(found[:5])}, and none of {project.service.id}",
        hint="name the service with --service, or in compliance.toml",
    )


def _dump(path: Path, platform: str, project: Project, folder: Path) -> tuple[Dataset, int]:
    """A dump's events, as far as they may be the platform's, and how many rows of others were left aside unmapped."""
    mapping = load_mapping(_mapping_of(path))
    folder.mkdir()
    taken = platform_rows(path, platform, folder)
    files = list(taken.files) if taken else [path]
    dataset = load_logs(files, requirement=published_requirement(), project=project, mapping=mapping, memory=MEMORY)
    return dataset, taken.others if taken else 0


def _mapping_of(path: Path) -> str:
    """The shipped mapping that fits a dump's columns. InputError `SOR-NO-DUMP` where its first lines hold no row of a dump."""
    for number, entry in enumerate(read_rows([path])):
        if isinstance(entry, Row) and entry.schema:
            return f"tdb-{'light' if entry.light else 'full'}-{entry.schema}"
        if isinstance(entry, Row) or number >= LOOK:
            break
    raise InputError(
        "SOR-NO-DUMP",
        "not one row of a dump of the Transparency Database was found here",
        place=Place(str(path)),
        hint="name dumps as published (zip), or a CSV taken out of one",
    )
