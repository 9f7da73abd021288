"""Paths to what they hold: CSV files, folders, ZIP archives and workbooks become bundles of grids, one per publication."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from compliance.errors import ComplianceError, InputError, Place
from compliance.transparency.csv_grid import csv_grid
from compliance.transparency.grid import Grid
from compliance.transparency.packed import DAMAGE, MAX_UNPACKED, packed
from compliance.transparency.remark import Remark, shown
from compliance.transparency.workbook_grid import workbook_grids

CSV_ENDINGS = {".csv", ".tsv", ".txt"}
BOOK_ENDINGS = {".xlsx", ".xlsm"}
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NESTED = 1


@dataclass(frozen=True, slots=True)
class Bundle:
    """Grids that were published together: the CSV files of one folder or archive, or the sheets of one workbook."""

    name: str
    grids: tuple[Grid, ...]
    remarks: tuple[tuple[str, Remark], ...] = ()
    """Files that could not be used: (file, remark)."""


@dataclass(frozen=True, slots=True)
class _File:
    source: str
    folder: str
    name: str
    content: bytes


def read_paths(paths: Sequence[Path]) -> tuple[Bundle, ...]:
    """Bundles of files, folders, archives and workbooks. InputError `TRP-*` where a file named cannot be read at all."""
    bundles: list[Bundle] = []
    loose: list[_File] = []
    for path in paths:
        if path.is_dir():
            bundles += _bundles(_folder_files(path), strict=False)
            continue
        files = [_File(str(path), str(path.parent), path.name, _bytes(path))]
        if _kind(files[0]) == "csv":
            loose += files
        else:
            bundles += _bundles(files, strict=True)
    return (*_bundles(loose, strict=True), *bundles)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_UNPACKED:
            raise InputError(
                "TRP-LARGE",
                f"the file has more than {MAX_UNPACKED // 1024**2} MB",
                hint="a transparency report is far smaller; is this the right file?",
                place=Place(str(path)),
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            "TRP-UNREADABLE",
            f"the file cannot be read: {error.strerror}",
            hint="check the path and its permissions",
            place=Place(str(path)),
        ) from error


def _folder_files(folder: Path) -> Iterator[_File]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not _hidden(relative.parts):
            yield _File(str(path), str(path.parent), path.name, _bytes(path))


def _hidden(parts: Sequence[str]) -> bool:
    """Whether a path is that of a hidden file, or one that a system leaves behind."""
    return any(part not in {".", ".."} and part.startswith((".", "__MACOSX", "~$")) for part in parts)


def _bundles(files: Iterable[_File], *, strict: bool, depth: int = 0) -> list[Bundle]:
    """Bundles of files: the CSV files of each folder together, each workbook and each archive on its own."""
    together: dict[str, list[Grid]] = {}
    remarks: dict[str, list[tuple[str, Remark]]] = {}
    apart: list[Bundle] = []
    for file in files:
        kind = _kind(file)
        try:
            if kind == "csv":
                grid = csv_grid(file.content, file.source, PurePosixPath(file.name).stem)
                together.setdefault(file.folder, []).append(grid)
            elif kind == "book":
                apart.append(Bundle(file.source, workbook_grids(file.content, file.source)))
            elif kind == "zip" and depth <= _NESTED:
                apart += _bundles(_members(file), strict=False, depth=depth + 1) or [Bundle(file.source, ())]
            else:
                _refuse(file, strict=strict)
                remarks.setdefault(file.folder, []).append((file.source, _unread(file, "no CSV file or workbook")))
        except ComplianceError as error:
            if strict:
                raise
            remarks.setdefault(file.folder, []).append((file.source, _unread(file, error.message)))
    folders = dict.fromkeys([*together, *remarks])
    return [Bundle(one, tuple(together.get(one, ())), tuple(remarks.get(one, ()))) for one in folders] + apart


def _kind(file: _File) -> str:
    """csv, book, zip or other; by content where that tells, else by the ending of the name."""
    ending = PurePosixPath(file.name).suffix.lower()
    if file.content.startswith(_ZIP):
        return "book" if ending in BOOK_ENDINGS or _is_workbook(file.content) else "zip"
    if ending in BOOK_ENDINGS and not file.content.startswith(_OLD):
        return "book"
    if ending == ".zip":
        return "zip"
    return "csv" if ending in CSV_ENDINGS else "other"


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            return "xl/workbook.xml" in opened.namelist()
    except DAMAGE:
        return False


def _members(file: _File) -> Iterator[_File]:
    """Files in an archive. InputError `TRP-ARCHIVE` where it is damaged or locked."""
    with packed(file.content, file.source, partial(_broken, file.source)) as opened:
        for member in sorted(opened.infolist(), key=lambda member: member.filename):
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if member.is_dir() or _hidden(path.parts):
                continue
            source = f"{file.source}!{shown(str(path), 200)}"
            yield _File(source, f"{file.source}!{path.parent}", path.name, opened.read(member))


def _broken(source: str, cause: str) -> InputError:
    return InputError(
        "TRP-ARCHIVE",
        f"the archive is damaged or locked: {cause}",
        hint="download or pack it again without a password, or give the files themselves",
        place=Place(source),
    )


def _refuse(file: _File, *, strict: bool) -> None:
    if not strict:
        return
    old = file.content.startswith(_OLD)
    raise InputError(
        "TRP-KIND",
        "this is an old or locked workbook" if old else "this is neither CSV, XLSX, a ZIP archive nor a folder",
        hint="save it as .xlsx without a password" if old else "name the CSV or XLSX files of a transparency report",
        place=Place(file.source),
    )


def _unread(file: _File, cause: str) -> Remark:
    return Remark("TRL-FILE-UNREAD", f"{shown(file.name)}: {cause}", "the CSV files of the template")
