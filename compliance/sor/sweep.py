"""Many files judged at once: what each is, split into parts that processes share, and findings handed on in the files' order."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final, Literal

from compliance.errors import ComplianceError, Place
from compliance.events.readers.archive import Member, list_archive, unpacked
from compliance.events.readers.lines import Chunked
from compliance.events.readers.source import Content, open_source
from compliance.events.reasons import Refusal, refusal
from compliance.sor.call import not_unique
from compliance.sor.digest import published_digest, sha1_of
from compliance.sor.judged import Judged, Portion, Refused
from compliance.sor.payload_scan import PayloadScan
from compliance.sor.scan import Scan
from compliance.sor.schema import CURRENT, Endpoint

WORTH_SHARING: Final = 24 * 1024 * 1024
"""Bytes of dumps (unpacked, where known) below which starting processes costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Options:
    """How files are judged. `schema` None: dumps by their columns, payloads by the current schema."""

    schema: str | None = None
    endpoint: Endpoint | None = None
    processes: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """What one process judges in one go: a file, or a member of an archive."""

    name: str
    kind: Literal["dump", "payload"]
    path: Path
    member: Member | None = None
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Parts of all files, what was refused before reading, and digests still being taken."""

    parts: tuple[Part, ...]
    refused: tuple[Portion, ...]
    digests: tuple[tuple[str, str, Future[str]], ...]
    """Archive, SHA-1 published beside it, and the one it has."""


class _Bytes:
    """A part's bytes in pieces."""

    __slots__ = ("_part",)

    def __init__(self, part: Part) -> None:
        self._part = part

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order."""
        if self._part.member:
            return unpacked(self._part.member)
        return Content(open_source(self._part.path)).chunks()


def sweep(paths: Sequence[Path], options: Options) -> Iterator[Portion]:
    """Findings of all files in their order, as they come. InputError `ING-FILE-*` where a file cannot be opened.

    A platform's identifier that stood before, in whatever file, makes a statement invalid, as it does at the gate.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        plan = _plan(paths, pool)
        seen = Identities()
        for portion in plan.refused:
            yield portion
        weight = sum(part.weight for part in plan.parts if part.kind == "dump")
        count = min(options.processes, len(plan.parts)) if weight > WORTH_SHARING else 1
        found = _shared(plan.parts, options, count) if count > 1 else _alone(plan.parts, options)
        for portion in found:
            yield seen.checked(portion)
        for name, published, future in plan.digests:
            if future.result() != published:
                why = Refusal(
                    "SOR-SHA1",
                    f"its SHA-1 is {future.result()}, the one published beside it {published}",
                    hint="download the archive again; what was judged is what lies here",
                )
                yield Portion(name, 0, 1, 0, refused=(Refused(0, why),))


def _plan(paths: Sequence[Path], pool: ThreadPoolExecutor) -> Plan:
    parts: list[Part] = []
    refused: list[Portion] = []
    digests: list[tuple[str, str, Future[str]]] = []
    for path in paths:
        source = open_source(path)
        if source.compression != "zip":
            kind: Literal["dump", "payload"] = "dump" if source.format == "csv" else "payload"
            parts.append(Part(source.name, kind, path, weight=source.size))
            continue
        try:
            listing = list_archive(path)
        except ComplianceError as error:
            why = Refusal(error.code, error.message, hint=error.hint)
            refused.append(Portion(str(error.place or path), 0, 1, 0, refused=(Refused(0, why),)))
            continue
        parts += [Part(entry.name, "dump", path, entry, entry.size or entry.packed) for entry in listing.members]
        if listing.broken:
            why = refusal("ING-COMPRESSED", message=listing.broken)
            refused.append(Portion(source.name, 0, 1, 0, refused=(Refused(0, why),)))
        published = published_digest(path)
        if published:
            digests.append((source.name, published, pool.submit(sha1_of, path)))
    return Plan(tuple(parts), tuple(refused), tuple(digests))


def portions(part: Part, options: Options) -> Iterator[Portion]:
    """Findings of one part."""
    content: Chunked = _Bytes(part)
    if part.kind == "dump":
        return Scan(part.name, options.schema).portions(content)
    return PayloadScan(part.name, options.schema or CURRENT, options.endpoint).portions(content)


def _alone(parts: Sequence[Part], options: Options) -> Iterator[Portion]:
    for part in parts:
        yield from portions(part, options)


def _shared(parts: Sequence[Part], options: Options, count: int) -> Iterator[Portion]:
    """Findings of processes that take one part after another, put back into the parts' order."""
    context = multiprocessing.get_context("spawn")
    waiting: dict[int, list[Portion]] = {number: [] for number in range(len(parts))}
    done: set[int] = set()
    turn, handed = 0, 0
    open_ends: list[Connection[Any, Any]] = []
    workers = []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_work, args=(theirs, tuple(parts), options), daemon=True)
            worker.start()
            theirs.close()
            ours.send(handed)
            handed += 1
            open_ends.append(ours)
            workers.append(worker)
        while turn < len(parts):
            for end in wait(open_ends):
                assert isinstance(end, Connection)
                number, portion = _received(end)
                if portion is not None:
                    waiting[number].append(portion)
                    continue
                done.add(number)
                if handed < len(parts):
                    end.send(handed)
                    handed += 1
                else:
                    end.send(None)
                    open_ends.remove(end)
            while turn < len(parts):
                yield from waiting[turn]
                waiting[turn] = []
                if turn not in done:
                    break
                turn += 1
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _received(end: Connection[Any, Any]) -> tuple[int, Portion | None]:
    try:
        number, portion, failure = end.recv()
    except (EOFError, OSError) as error:
        raise ComplianceError(
            "SOR-PROCESS", "a process that judged rows ended early", hint="run it again with --processes 1"
        ) from error
    if failure:
        code, message, hint, file = failure
        raise ComplianceError(code, message, hint=hint, place=Place(file))
    return number, portion


def _work(end: Connection[Any, Any], parts: tuple[Part, ...], options: Options) -> None:
    """Judges the parts whose numbers arrive, and sends (number, portion, failure) back; (number, None, None) ends a part."""
    try:
        while (number := end.recv()) is not None:
            try:
                for portion in portions(parts[number], options):
                    end.send((number, portion, None))
            except ComplianceError as error:
                end.send((number, None, (error.code, error.message, error.hint, parts[number].name)))
                return
            end.send((number, None, None))
    except (KeyboardInterrupt, BrokenPipeError, EOFError):
        os._exit(0)


class Identities:
    """Which platform sent which identifier already: 64 bits of each are kept, about 75 bytes of memory a statement."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def checked(self, portion: Portion) -> Portion:
        """The portion, statements whose identifier stood before now invalid; its own identities are taken up and dropped."""
        if not portion.identities:
            return portion
        names = portion.identities.split(b"\n")
        keys = [hash(name) for name in names if name]
        fresh = set(keys)
        if len(fresh) == len(keys) and self._seen.isdisjoint(fresh):
            self._seen |= fresh
            return replace(portion, identities=b"", at=())
        return self._marked(portion, names)

    def _marked(self, portion: Portion, names: Sequence[bytes]) -> Portion:
        again: list[Judged] = []
        verdict = not_unique(in_call=False)
        for index, name in enumerate(names):
            if not name:
                continue
            key = hash(name)
            if key in self._seen:
                line = portion.at[index] if portion.at else portion.first + index
                again.append(Judged(line, name.rpartition(b",")[2].decode("utf-8", "replace"), verdict))
            self._seen.add(key)
        invalid = tuple(sorted((*portion.invalid, *again), key=lambda judged: judged.line))
        return replace(portion, valid=portion.valid - len(again), invalid=invalid, identities=b"", at=())


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
