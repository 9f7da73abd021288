"""What a command costs before it does anything: `--help` against a bare program, a check of an empty log with all packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from benchmarks.bench import Bench
from benchmarks.figure import Figure, compared, table
from benchmarks.measure import Measured, Ratio, interleaved, ratio, summary

_BARE = """
import typer
app = typer.Typer(add_completion=False, rich_markup_mode=None)
@app.command()
def hello(name: str = "nobody") -> None:
    "Greet."
    print(name)
app()
"""
"""A program of one verb on the same library, without coloured help."""


def measured(bench: Bench, rounds: int) -> dict[str, Any]:
    """Medians of the whole processes."""
    bare, empty = bench.work / "bare.py", bench.work / "empty.ndjson"
    bare.write_text(_BARE, "utf-8")
    empty.write_text("", "utf-8")
    check = bench.cli("check", empty, "--config", bench.config, "--as-of", "2026-11-30")
    contestants = {
        "bare": [bench.python, bare, "--help"],
        "help": bench.cli("--help"),
        "empty": check,
    }
    runs = interleaved(
        {name: lambda command=command: bench.run(command) for name, command in contestants.items()},
        rounds,
        name="start",
    )
    return {
        **{name: summary(each) for name, each in runs.items()},
        "help ÷ bare": asdict(ratio(runs["help"], runs["bare"])),
    }


def figures(found: Mapping[str, Any]) -> Iterator[Figure]:
    """Against the aims. Seconds are the clock's where the machine was ours, else the processors'."""
    for name, words, aim in (
        ("help", "`compliance --help`, or 1.2 × a bare typer program's", max(0.15, 1.2 * found["bare"]["wall"])),
        ("empty", "check of an empty log with all packs", 1.0),
    ):
        seconds = Ratio(found[name]["wall"], found[name]["cpu"])
        yield compared(words, seconds, round(aim, 2), [Measured(**run) for run in found[name]["runs"]], unit="s")


def tables(found: Mapping[str, Any]) -> Iterator[str]:
    """What was measured."""
    words = {
        "bare": "bare typer program, `--help`",
        "help": "`compliance --help`",
        "empty": "check of an empty log, all packs",
    }
    rows = [
        [said, f"{found[name]['wall']:.2f} s", f"{found[name]['cpu']:.2f} s", f"{found[name]['peak_mb']:,.0f} MB"]
        for name, said in words.items()
    ]
    yield from ("", "## Starting", "")
    yield from table(("", "clock", "processor", "peak"), rows)
