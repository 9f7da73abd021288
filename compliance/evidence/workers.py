"""Prints runs in this process or in several, with the same result in the same order."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread

from compliance.errors import EvidenceError
from compliance.events.catalogue import Catalogue
from compliance.evidence.manifest import cores
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Policy
from compliance.evidence.sheets import Printer, Run, Sheets

WORTH = 20_000
"""Events from which further processes save more than it takes to start them."""
MOST = 3
"""Processes at most: this one reads for them and writes what they print, which keeps it busy beside three."""
_AHEAD = 2
"""Runs that wait or are done, beside those that are being printed: memory is for so many, however long the log."""


def workers_for(events: int) -> int:
    """Processes that a disclosure of so many events is worth on this machine."""
    return 1 if events < WORTH else min(cores(), MOST)


def in_order(runs: Iterator[Run], printer: Printer, workers: int, folder: Path) -> Generator[tuple[Run, Sheets]]:
    """Each run and what it gives. EvidenceError `EVD-WORKER` where a process ended before its work was done.

    What other processes print goes through files in `folder`: through a pipe it would be copied four times more.
    """
    pool = _started(printer, workers) if workers > 1 else None
    if pool is None:
        for run in runs:
            yield run, printer.sheets(run)
        return
    waiting: deque[tuple[Run, Future[tuple[Sheets, tuple[int, ...]]]]] = deque()
    try:
        for run in runs:
            waiting.append((run, pool.submit(_print, run, folder / f"run-{run.first}")))
            if len(waiting) >= workers + _AHEAD:
                yield _taken(*waiting.popleft(), folder)
        while waiting:
            yield _taken(*waiting.popleft(), folder)
    except BrokenProcessPool as error:
        raise EvidenceError(
            "EVD-WORKER",
            "a process that helped to draw up the disclosed events ended before its work was done",
            hint="look whether the machine ran out of memory, and try again; nothing was written under the name",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _started(printer: Printer, workers: int) -> ProcessPoolExecutor | None:
    """Processes that get ready while the first rows are read; None where the machine gives none, as some sandboxes do."""
    try:
        pool = ProcessPoolExecutor(
            workers, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(printer.terms,)
        )
    except (OSError, ImportError, RuntimeError):
        return None
    for _ in range(workers):
        pool.submit(int)
    return pool


_printer: list[Printer] = []


def _begin(terms: tuple[Catalogue, Pseudonymiser, Policy]) -> None:
    """Makes the printer of a worker. It leaves an interruption from the keyboard to the process that started it, and ends with that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _printer.append(Printer(*terms))
    gc.disable()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _print(run: Run, path: Path) -> tuple[Sheets, tuple[int, ...]]:
    """Sheets without their texts, which lie one behind the other at `path`, and the lengths of those."""
    sheets = _printer[0].sheets(run)
    texts = (sheets.events, sheets.proofs, sheets.redactions)
    with path.open("xb") as file:
        file.writelines(texts)
    return replace(sheets, events=b"", proofs=b"", redactions=b""), tuple(map(len, texts))


def _taken(run: Run, future: Future[tuple[Sheets, tuple[int, ...]]], folder: Path) -> tuple[Run, Sheets]:
    sheets, (events, proofs, _) = future.result()
    path = folder / f"run-{run.first}"
    texts = memoryview(path.read_bytes())
    path.unlink()
    proofs += events
    return run, replace(sheets, events=texts[:events], proofs=texts[events:proofs], redactions=texts[proofs:])
