"""The public record compared, as text, JSON, and a list of what does not agree as CSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any, Final

from compliance.assess.public_record import FINE, STATUSES, Item, PublicRecord
from compliance.clock import format_us

FORMAT: Final = "sor-reconcile/1"
_SHOWN: Final = 10
"""Identifiers of each status that the text lists."""
_COLUMNS: Final = ("status", "certain", "puid", "uuid", "own_at", "published_at", "field", "own", "published")


def table(found: PublicRecord) -> str:
    """Counts in words, what was compared, and the first identifiers of each status."""
    lines = [
        f"{found.platform}: {found.published:,} row(s) published on {_days(found)}; {found.others:,} row(s) of other platforms",
        "",
    ]
    for status, words in STATUSES.items():
        count, doubtful = found.counts[status], found.uncertain[status]
        doubt = f"   ({doubtful:,} of them not certain)" if doubtful else ""
        lines.append(f"{count:>12,}  {words}{doubt}")
    lines += ["", f"compared: {', '.join(found.compared) or 'nothing but identifiers'}"]
    if found.not_compared:
        lines.append(f"not recorded on both sides, so not compared: {', '.join(found.not_compared)}")
    lines += [f"note: {note}" for note in found.notes]
    for status, words in STATUSES.items():
        listed = [item for item in found.items if item.status == status]
        if listed:
            lines += ["", words]
            lines += [f"  {item.puid}{_details(item)}" for item in listed[:_SHOWN]]
            if found.counts[status] > _SHOWN:
                lines.append(f"  and {found.counts[status] - len(listed[:_SHOWN]):,} more; --format csv lists them")
    return "\n".join(lines) + "\n"


def _days(found: PublicRecord) -> str:
    return found.days[0] if len(found.days) == 1 else f"{len(found.days)} days from {found.days[0]} to {found.days[-1]}"


def _details(item: Item) -> str:
    at = f"  recorded {format_us(item.own_at)}" if item.own_at is not None else ""
    seen = f"  published {format_us(item.published_at)}" if item.published_at is not None else ""
    fields = "; ".join(
        name if own is None and published is None else f"{name}: {own or 'none'}, published {published or 'none'}"
        for name, own, published in item.fields
    )
    return f"{at}{seen}{'  ' + fields if fields else ''}"


def document(found: PublicRecord) -> dict[str, Any]:
    """The comparison for JSON."""
    return {
        "format": FORMAT,
        "service": found.service,
        "platform": found.platform,
        "days": list(found.days),
        "published": found.published,
        "rows_of_other_platforms": found.others,
        "unreadable_lines": found.unreadable,
        "altered_archives": list(found.altered),
        "counts": found.counts,
        "not_certain": found.uncertain,
        "compared": list(found.compared),
        "not_compared": list(found.not_compared),
        "notes": list(found.notes),
        "items": [_record(item) for item in found.items],
        "items_omitted": found.omitted,
    }


def _record(item: Item) -> dict[str, Any]:
    return {
        "status": item.status,
        "certain": item.certain,
        "puid": item.puid,
        "uuid": item.uuid,
        "own_at": _instant(item.own_at),
        "published_at": _instant(item.published_at),
        "fields": [{"field": name, "own": own, "published": published} for name, own, published in item.fields],
    }


def _instant(moment: int | None) -> str | None:
    return None if moment is None else format_us(moment)


def _json(found: PublicRecord) -> str:
    return json.dumps(document(found), ensure_ascii=False, indent=1) + "\n"


def _lines(found: PublicRecord) -> str:
    listed = [json.dumps(_record(item), ensure_ascii=False) for item in found.items]
    whole = {name: value for name, value in document(found).items() if name != "items"}
    return "\n".join([*listed, json.dumps(whole, ensure_ascii=False)]) + "\n"


def _csv(found: PublicRecord) -> str:
    """One row per identifier, and per field where it differs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for item in found.items:
        if item.status in FINE:
            continue
        head = (
            item.status,
            "yes" if item.certain else "no",
            item.puid,
            item.uuid or "",
            _instant(item.own_at) or "",
            _instant(item.published_at) or "",
        )
        for name, own, published in item.fields or (("", None, None),):
            writer.writerow([*head, name, own or "", published or ""])
    return text.getvalue()


FORMATS: Final[dict[str, Callable[[PublicRecord], str]]] = {
    "table": table,
    "json": _json,
    "jsonl": _lines,
    "csv": _csv,
}
"""Format name to the function that writes it."""
