"""A published report: its parts, recognised, with what was tolerated in reading them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from compliance.errors import InputError, Place
from compliance.transparency.label import leftovers, plain
from compliance.transparency.recognise import recognise
from compliance.transparency.remark import Remark, shown
from compliance.transparency.sheet import Sheet
from compliance.transparency.source import Bundle, read_paths


@dataclass(frozen=True, slots=True)
class Published:
    """One report of one service, as far as its files tell. `sheets` are in the order of the parts."""

    name: str
    """Folder, archive or workbook it came from; with the service where one place holds several."""
    sheets: tuple[Sheet, ...]
    remarks: tuple[tuple[str, Remark], ...]
    """About files that are no part: (file, remark)."""

    @property
    def parts(self) -> Mapping[int, Sheet]:
        """The first sheet of each part."""
        return {sheet.part.number: sheet for sheet in reversed(self.sheets)}

    @property
    def services(self) -> tuple[str, ...]:
        """Names of the service, the most frequent first."""
        return tuple(_services(self.sheets))


def read_reports(paths: Sequence[Path]) -> tuple[Published, ...]:
    """Reports found in files, folders, archives and workbooks. InputError `TRP-NOT-A-REPORT` where there is none."""
    found = [report for bundle in read_paths(paths) for report in _reports(bundle)]
    if not any(report.sheets for report in found):
        names = ", ".join(shown(str(path), 200) for path in paths)
        raise InputError(
            "TRP-NOT-A-REPORT",
            "nothing here is a part of the harmonised template",
            hint="name the CSV files, the folder, the ZIP archive or the workbook of a transparency report",
            place=Place(names),
        )
    return tuple(report for report in found if report.sheets or report.remarks)


def _reports(bundle: Bundle) -> list[Published]:
    sheets = []
    remarks = list(bundle.remarks)
    for grid in bundle.grids:
        sheet = recognise(grid)
        if sheet is not None:
            sheets.append(sheet)
        elif any(any(cell.strip() for cell in row) for row in grid.rows):
            remarks.append((grid.source, Remark("TRL-FILE-UNKNOWN", shown(grid.name), "a part of the template")))
        else:
            remarks.append((grid.source, Remark("TRL-FILE-EMPTY", shown(grid.name), "a part of the template")))
    groups = _by_service(sheets)
    if len(groups) == 1:
        return [Published(bundle.name, _ordered(sheets), tuple(remarks))]
    made = [Published(f"{bundle.name} ({service})", _ordered(own), ()) for service, own in groups.items()]
    return [*made, Published(bundle.name, (), tuple(remarks))] if remarks else made


def _ordered(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    return tuple(sorted(sheets, key=lambda sheet: (sheet.part.number, sheet.grid.source)))


def _by_service(sheets: Sequence[Sheet]) -> dict[str, list[Sheet]]:
    """Sheets apart by service, where one place holds a part more than once and the services differ."""
    numbers = Counter(sheet.part.number for sheet in sheets)
    own = [next(iter(_services([sheet])), "") for sheet in sheets]
    repeated = {
        number
        for number, count in numbers.items()
        if count > 1
        and len({plain(name) for name, sheet in zip(own, sheets, strict=True) if sheet.part.number == number}) == count
    }
    if not repeated:
        return {"": list(sheets)}
    groups: dict[str, list[Sheet]] = {}
    names: dict[str, str] = {}
    for name, sheet in zip(own, sheets, strict=True):
        if name:
            groups.setdefault(names.setdefault(plain(name), name), []).append(sheet)
    for name, sheet in zip(own, sheets, strict=True):
        if not name:
            for group in groups.values():
                group.append(sheet)
    return groups


def _services(sheets: Sequence[Sheet]) -> list[str]:
    counted: Counter[str] = Counter()
    for sheet in sheets:
        if "service" in sheet.where:
            counted.update(Counter(text.strip() for text in sheet.values("service")))
    return [name for name, _ in counted.most_common() if name and plain(name) not in leftovers()]
