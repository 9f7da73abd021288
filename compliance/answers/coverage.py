"""What absence of events says in a window: covered, or a gap to declare with its dates."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.answers.model import Gap
from compliance.answers.phrase import Phrases
from compliance.answers.scope import Window
from compliance.clock import format_us
from compliance.events.catalogue import Catalogue
from compliance.events.dataset import Dataset, Interval
from compliance.patterns.coverage import windows_of


def uncovered(dataset: Dataset, event_type: str, window: Window, catalogue: Catalogue) -> tuple[Interval, ...]:
    """Parts of a window in which the log does not vouch for having every event of a type."""
    end = _end(dataset, window)
    start = window.start if window.start is not None else dataset.first
    if start is None:
        return (Interval(0, 0),)
    left, at = [], start
    for known in windows_of(dataset.statements, event_type, catalogue):
        if known.start > at:
            left.append(Interval(at, min(known.start, end)))
        at = max(at, known.end)
        if at >= end:
            break
    if at < end:
        left.append(Interval(at, end))
    return tuple(part for part in left if part.start < part.end)


def _end(dataset: Dataset, window: Window) -> int:
    """End of a window as far as the log is known; a window that reaches beyond ends with the last event."""
    known = dataset.watermark if dataset.watermark is not None else 0
    return known if window.end is None else min(window.end, known)


def gaps_of(
    dataset: Dataset, types: Sequence[str], window: Window, catalogue: Catalogue, supply_by: str, phrases: Phrases
) -> tuple[Gap, ...]:
    """One gap per set of types that share the same missing parts, in order."""
    grouped: dict[tuple[Interval, ...], list[str]] = {}
    for event_type in types:
        missing = uncovered(dataset, event_type, window, catalogue)
        if missing:
            grouped.setdefault(missing, []).append(event_type)
    return tuple(_gap(missing, _listed(names, catalogue), supply_by, phrases) for missing, names in grouped.items())


def _listed(names: Sequence[str], catalogue: Catalogue) -> str:
    """Names of types in words; `family.*` stands for a family whose types are all among them."""
    families: dict[str, list[str]] = {}
    for name in names:
        families.setdefault(name.partition(".")[0], []).append(name)
    whole = {name: sum(each.startswith(f"{name}.") for each in catalogue.types) for name in families}
    shown = [[f"{name}.*"] if len(found) == whole[name] > 2 else found for name, found in families.items()]
    return ", ".join(each for found in shown for each in found)


def _last(part: Interval) -> str:
    """End of a part in words; an end just after the last record is told by that record's instant."""
    return format_us(part.end - 1 if part.end % 1_000_000 == 1 else part.end)


def _gap(missing: tuple[Interval, ...], listed: str, supply_by: str, phrases: Phrases) -> Gap:
    say = phrases.say
    remedy = say("gap.records.remedy")
    if missing == (Interval(0, 0),):
        return Gap(say("gap.log.what", types=listed), say("gap.log.why"), say("gap.log.since"), remedy, supply_by)
    shown = "; ".join(say("window.to", first=format_us(part.start), last=_last(part)) for part in missing[:5])
    more = say("gap.records.more", count=len(missing) - 5) if len(missing) > 5 else ""
    return Gap(
        say("gap.records.what", types=listed, times=shown) + more,
        say("gap.records.why"),
        format_us(missing[0].start),
        remedy,
        supply_by,
    )


def vouched(dataset: Dataset, types: Sequence[str], window: Window, catalogue: Catalogue) -> bool:
    """True where the log vouches for every type over the window, and the window does not reach beyond the log."""
    if window.end is None or dataset.watermark is None or window.end > dataset.watermark + 1:
        return False
    return all(not uncovered(dataset, event_type, window, catalogue) for event_type in types)
