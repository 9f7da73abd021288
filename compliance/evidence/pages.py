"""Files of a disclosure as they grow: lists of JSON entries, one a line, and the verbatim lines by log file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from compliance.events.session import Scratch
from compliance.events.unseal import Sealed
from compliance.evidence.crate import DataFile, Kept
from compliance.evidence.sheets import Given

CUSTODIAN = "custodian of the log store (role)"
_PRINTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Page:
    """A JSON object on disk whose last member is a list, one entry a line. Same entries, same bytes."""

    def __init__(self, path: Path, head: Mapping[str, Any], name: str) -> None:
        self.count = 0
        self._file = path.open("wb")
        opened = _PRINTED.encode(head)[:-1]
        self._file.write(f"{opened}{',' if head else ''}{_PRINTED.encode(name)}:[".encode())

    def add(self, entries: bytes | memoryview, count: int) -> None:
        """Write some entries, as they are printed: with a comma and a line feed between them."""
        if count:
            self._file.write(b",\n" if self.count else b"\n")
            self._file.write(entries)
            self.count += count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.write(b"\n]}\n")
        self._file.close()


class LinesKept:
    """Verbatim lines, one file per log file in order of first mention, and their index. Only lines that say no more than the event."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._index = Page(scratch.path / "lines.json", {}, "lines")
        self._numbers: dict[str, int] = {}
        self._sizes: dict[str, int] = {}

    @property
    def count(self) -> int:
        """Number of lines kept."""
        return self._index.count

    @property
    def files(self) -> tuple[DataFile, ...]:
        """The files of lines."""
        return tuple(
            DataFile(
                _path(number),
                b"",
                f"Verbatim lines of log file {number}",
                "text/plain",
                CUSTODIAN,
                "bytes of the log lines, one per line",
                Kept(self._scratch.path / f"lines-{number}", self._scratch),
            )
            for number in self._numbers.values()
        )

    def keep(self, rows: Sequence[Sealed], given: Sequence[Given]) -> None:
        """Keep lines of some rows, each with the event that says it all."""
        pieces: dict[str, list[bytes]] = {}
        entries = []
        for each in given:
            _, source, at, text, *_ = rows[each.place]
            raw = text.encode("utf-8")
            number = self._numbers.setdefault(source, len(self._numbers) + 1)
            offset = self._sizes.get(source, 0)
            entries.append(
                f'{{"event":{each.event},"log_file":{_PRINTED.encode(base_name(source))},"log_line":{at},'
                f'"file":"{_path(number)}","offset":{offset},"length":{len(raw)},"sha256":"{each.sha256}"}}'
            )
            self._sizes[source] = offset + len(raw) + 1
            pieces.setdefault(source, []).append(raw + b"\n")
        self._index.add(",\n".join(entries).encode("utf-8"), len(entries))
        for source, parts in pieces.items():
            with (self._scratch.path / f"lines-{self._numbers[source]}").open("ab") as file:
                file.writelines(parts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._index.__exit__(kind, error, trace)


def _path(number: int) -> str:
    return f"events/lines/F-{number:03d}.txt"


def base_name(path: str) -> str:
    """File name without the folders of the machine it lay on."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]
