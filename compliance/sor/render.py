"""Findings as text: one JSON line per finding and a last one with the summary, one JSON document, or a table for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from compliance.sor.judged import Portion, Tally

FORMATS: Final = ("table", "jsonl", "json")
EXAMPLES: Final = 10
"""Refused lines and calls that a table lists; counts are exact."""


def records(portion: Portion) -> Iterator[dict[str, Any]]:
    """What was found in a portion, in the order of its lines."""
    found: list[tuple[int, dict[str, Any]]] = []
    for judged in portion.invalid:
        place = {"file": portion.file, "line": judged.line}
        verdict = judged.verdict
        record = {"puid": judged.puid, "place": place, "errors": verdict.rules(), "messages": verdict.messages()}
        ours = sorted(name for name, failures in verdict.errors.items() if all(failure.ours for failure in failures))
        found.append((judged.line, {**record, "ours": ours} if ours else record))
    for entry in portion.refused:
        place = {"file": portion.file, "line": entry.line}
        why = {"code": entry.why.code, "message": entry.why.message, "hint": entry.why.hint}
        found.append((entry.line, {"place": place, "refused": why, "rows": entry.rows}))
    for call in portion.calls:
        place = {"file": portion.file, "line": call.line}
        answer: dict[str, Any] = {"status": 422, "errors": call.errors}
        if call.existing:
            answer["existing_puids"] = list(call.existing)
        found.append((call.line, {"place": place, "call": answer}))
    yield from (record for _, record in sorted(found, key=lambda item: item[0]))


def lines(portions: Iterable[Portion], tally: Tally) -> Iterator[str]:
    """JSON lines as findings come, and the summary; counts into `tally`."""
    for portion in portions:
        tally.add(portion)
        for record in records(portion):
            yield json.dumps(record, ensure_ascii=False) + "\n"
    yield json.dumps({"summary": tally.record()}, ensure_ascii=False) + "\n"


def document(portions: Iterable[Portion], tally: Tally) -> Iterator[str]:
    """One JSON document, written piece by piece so that a day with millions of findings needs no memory for them."""
    yield '{"findings": ['
    comma = "\n"
    for portion in portions:
        tally.add(portion)
        for record in records(portion):
            yield comma + json.dumps(record, ensure_ascii=False)
            comma = ",\n"
    yield '\n], "summary": ' + json.dumps(tally.record(), ensure_ascii=False) + "}\n"


def table(portions: Iterable[Portion], tally: Tally) -> Iterator[str]:
    """Counts, the rules that failed with an example each, and the first refused lines."""
    examples: dict[tuple[str, str], tuple[str, str]] = {}
    others: list[str] = []
    for portion in portions:
        tally.add(portion)
        for judged in portion.invalid:
            for name, failures in judged.verdict.errors.items():
                for failure in failures:
                    place = f"{portion.file}:{judged.line}"
                    examples.setdefault((name, failure.rule), (place, failure.message + _mark(ours=failure.ours)))
        for entry in portion.refused[: EXAMPLES - len(others)]:
            rows = f" ({entry.rows:,} rows)" if entry.rows > 1 else ""
            others.append(f"{portion.file}:{entry.line}  {entry.why.code}  {entry.why.message}{rows}")
        for call in portion.calls[: EXAMPLES - len(others)]:
            words = "; ".join(text for texts in call.errors.values() for text in texts)
            others.append(
                f"{portion.file}:{call.line}  call refused  {words or 'a statement in it is invalid; nothing of it is stored'}"
            )
    yield from _counts(tally)
    for (name, rule), count in sorted(tally.errors.items(), key=lambda item: (-item[1], item[0])):
        place, words = examples[name, rule]
        yield f"{count:>12,}  {name}  {rule}\n{'':14}{words}\n{'':14}e.g. {place}\n"
    if others:
        yield "lines and calls refused, the first ones:\n"
        yield from (f"  {text}\n" for text in others)


def _mark(*, ours: bool) -> str:
    return " [ours: the service does not say so]" if ours else ""


def _counts(tally: Tally) -> Iterator[str]:
    yield f"{tally.statements:>12,}  statements judged\n"
    yield f"{tally.valid:>12,}  valid\n"
    yield f"{tally.invalid:>12,}  invalid\n"
    yield f"{tally.refused:>12,}  lines that are no statement\n"
    if tally.partly:
        yield f"{tally.partly:>12,}  judged in part: a light dump leaves out facts, explanations and territorial scope\n"
    if tally.calls:
        yield f"{tally.calls:>12,}  calls, {tally.calls_refused:,} of them refused as a whole\n"


def summary(tally: Tally) -> str:
    """The last line on stderr: what was judged and how it adds up."""
    part = f", {tally.partly:,} of them in part" if tally.partly else ""
    return (
        f"judged {tally.statements:,} statement(s){part} of {tally.files} file(s): {tally.valid:,} valid, {tally.invalid:,} invalid; "
        f"{tally.refused:,} line(s) refused, {tally.blank:,} blank; {tally.read:,} read"
    )
