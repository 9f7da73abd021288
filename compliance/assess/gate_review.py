"""Which evidence gates hold: what sources, counters, seals and the profile say, and what the configuration demands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from compliance.assess.gate import SILENCES, Gate
from compliance.assess.gate_facts import (
    Beat,
    Count,
    Log,
    Orphans,
    beats,
    broken_seals,
    counts,
    orphans,
    types_of_sources,
)
from compliance.clock import format_second, format_us, local_date, parse_duration
from compliance.events.dataset import Dataset, Interval
from compliance.patterns.coverage import FAR_FUTURE, FAR_PAST
from compliance.patterns.needs import types_read
from compliance.project import Project
from compliance.rules.model import Rule

EVER = Interval(FAR_PAST, FAR_FUTURE)
Silences = list[tuple[frozenset[str] | None, Interval]]


def examine(log: Log, dataset: Dataset, project: Project, rules: Collection[Rule], span: Interval) -> tuple[Gate, ...]:
    """All gates but E2 for the period whose first and last instants are those of `span`."""
    wanted = project.gates.require
    needed = frozenset[str]().union(*(types_read(rule) for rule in rules))
    told = beats(log)
    found = (
        _clocks(project, told, span),
        _completeness(counts(log), project, needed),
        _integrity(log, dataset, needed, required="E4" in wanted),
        _identity([orphans(log, join, span.start, span.end) for join in project.gates.joins]),
        _watermark(log, dataset, project, span),
        _profile(project, log.as_of),
        _sampling(told, log, project, needed),
    )
    return tuple(_demanded(gate) if gate.state == "unknown" and gate.id in wanted else gate for gate in found)


def _demanded(gate: Gate) -> Gate:
    """A gate that the configuration requires and of which nothing shows that it holds."""
    types = gate.types or None
    silences = gate.silences or (((None, EVER),) if gate.id in SILENCES else ())
    return replace(
        gate, state="failed", seen=f"{gate.seen}; the configuration requires it", types=types, silences=silences
    )


def _clocks(project: Project, told: list[Beat], span: Interval) -> Gate:
    skew, most = project.skew_us, project.gates.skew_at_most
    if most is not None and skew > parse_duration(most).seconds * 1_000_000:
        return Gate(
            "E1", "failed", f"the declared skew bound {project.skew} is above the {most} that may be relied on", None
        )
    measured = [beat for beat in told if beat.offset_us is not None and _meet(beat.window, span)]
    off = [beat for beat in measured if beat.offset_us is not None and abs(beat.offset_us) > skew]
    if off:
        worst = max(off, key=lambda beat: (abs(beat.offset_us or 0), beat.source))
        seen = f"{worst.source} measured its clock {abs(worst.offset_us or 0) / 1e6:g} s off; the declared skew bound is {project.skew}"
        return Gate("E1", "failed", seen, frozenset[str]().union(*(beat.types for beat in off)))
    if skew:
        checked = f", and {len(measured)} measurement(s) of the sources' clocks keep to it" if measured else ""
        return Gate("E1", "passed", f"declared skew bound {project.skew}{checked}")
    return Gate(
        "E1",
        "passed" if measured else "unknown",
        "measured clocks are exact" if measured else "no bound on clock differences is declared",
    )


def _completeness(figures: list[Count], project: Project, needed: frozenset[str]) -> Gate:
    tolerance = project.gates.count_tolerance
    wrong = [one for one in figures if abs(one.held - one.stated) > tolerance * one.stated]
    silences: list[tuple[frozenset[str] | None, Interval]] = [(one.types, one.window) for one in wrong]
    types = frozenset[str]().union(*(one.types for one in wrong))
    if "E3" in project.gates.require:
        agreeing = [one for one in figures if one not in wrong]
        for kind in sorted(needed):
            bare = _outside([one.window for one in agreeing if kind in one.types])
            silences += [(frozenset({kind}), window) for window in bare]
            types |= {kind} if bare else frozenset()
    if not figures:
        return Gate(
            "E3",
            "unknown",
            "no independent counter has counted the events of any source",
            silences=tuple(silences),
            types=types,
        )
    seen = f"{len(figures) - len(wrong)} of {len(figures)} independent counts agree with the log"
    if wrong:
        first = min(wrong, key=lambda one: (one.window.start, one.source))
        when = f"from {format_second(first.window.start)} to {format_second(first.window.end)}"
        seen += f"; {first.source} counted {first.stated} {when}, the log holds {first.held}"
    elif silences:
        seen += "; event types or times that no counter counted remain"
    return Gate("E3", "failed" if silences else "passed", seen, types, silences=tuple(silences))


def _integrity(log: Log, dataset: Dataset, needed: frozenset[str], *, required: bool) -> Gate:
    broken, sealing = broken_seals(log)
    if broken:
        source = min(broken)
        more = f", and {len(broken) - 1} more source(s)" if len(broken) > 1 else ""
        return Gate("E4", "failed", broken[source] + more, types_of_sources(log, broken))
    if dataset.sealed:
        return Gate("E4", "passed", f"sealed in a store: {dataset.sealed}; `compliance store verify` proves it")
    if not sealing:
        return Gate("E4", "unknown", "nothing seals the log: it was judged as it lay there")
    bare = needed - types_of_sources(log, sealing) if required else frozenset[str]()
    seen = f"seals of {len(sealing)} source(s) follow from each other and cover as many events as the log holds"
    return Gate("E4", "failed" if bare else "passed", seen + ("; other sources seal nothing" if bare else ""), bare)


def _identity(found: list[Orphans]) -> Gate:
    if not found:
        return Gate("E5", "unknown", "the configuration names no links between event types to be followed")
    lost = [one for one in found if one.share > one.join.tolerance]
    worst = max(lost or found, key=lambda one: (one.share, one.join.event))
    seen = (
        f"{worst.orphans} of {worst.events} {worst.join.event} name no {worst.join.to} by {worst.join.by}; "
        f"tolerance {worst.join.tolerance:.2%}"
    )
    pairs = tuple(frozenset({one.join.event, one.join.to}) for one in lost)
    return Gate("E5", "failed" if lost else "passed", seen, pairs=pairs)


def _watermark(log: Log, dataset: Dataset, project: Project, span: Interval) -> Gate:
    mark = dataset.watermark
    if mark is None:
        return Gate("E6", "unknown", "no event")
    silences: Silences = []
    for source in project.sources:
        late = parse_duration(source.lateness).seconds * 1_000_000
        if late:
            types = frozenset(log.shapes.matching(source.event_types or ("*",)))
            silences.append((types, Interval(mark - late + 1, FAR_FUTURE)))
    unsettled = [(types, window) for types, window in silences if window.start <= span.end]
    seen, beyond = f"latest event {format_us(mark)}", log.as_of > mark
    if beyond:
        seen += ", before the instant up to which it is judged"
    if beyond and "E6" in project.gates.require:
        return Gate("E6", "failed", seen, None, silences=(*silences, (None, Interval(mark + 1, FAR_FUTURE))))
    if unsettled:
        since = min(window.start for _, window in unsettled) - 1
        seen += f"; what lies after {format_us(since)} may still come late"
        types = frozenset[str]().union(*(types or frozenset() for types, _ in unsettled))
        return Gate("E6", "failed", seen, types, silences=tuple(silences))
    return Gate("E6", "unknown" if beyond else "passed", seen, silences=tuple(silences))


def _profile(project: Project, as_of: int) -> Gate:
    profile, today = project.profile, local_date(as_of, project.service.zone)
    until = profile.counts_until
    if until is not None and today >= until:
        return Gate("E7", "failed", f"the profile's facts counted until {until} and were not attested anew", None)
    if not profile.owner or profile.as_of is None:
        lacking = (
            "nobody has attested the profile's facts"
            if not profile.owner
            else f"attested by {profile.owner}, without a date"
        )
        return Gate("E7", "unknown", lacking)
    return Gate("E7", "passed", f"attested by {profile.owner} on {profile.as_of}, to count until {until}")


def _sampling(told: list[Beat], log: Log, project: Project, needed: frozenset[str]) -> Gate:
    partial = [
        (source.name, source.sampled, frozenset(log.shapes.matching(source.event_types or ("*",))), EVER)
        for source in project.sources
        if source.sampled is not None
    ]
    partial += [(beat.source, beat.sampled, beat.types, beat.window) for beat in told if beat.sampled is not None]
    silences: list[tuple[frozenset[str] | None, Interval]] = [
        (types, window) for _, share, types, window in partial if share is not None and share < 1
    ]
    whole = frozenset[str]().union(*(types for _, share, types, _ in partial if share == 1))
    bare = needed - whole if partial and "E8" in project.gates.require else frozenset[str]()
    types = frozenset[str]().union(bare, *(types or frozenset() for types, _ in silences))
    if bare:
        silences.append((bare, EVER))
    if not partial:
        return Gate("E8", "unknown", "no source says whether it records all of its events or a sample")
    sampled = sorted(
        {f"{name} records {share:.2%} of its events" for name, share, *_ in partial if share is not None and share < 1}
    )
    seen = "; ".join(sampled) or "the sources that say so record all of their events"
    return Gate("E8", "failed" if silences else "passed", seen, types, silences=tuple(silences))


def _outside(windows: list[Interval]) -> list[Interval]:
    """What the windows leave of all time."""
    found, since = [], FAR_PAST
    for window in sorted(windows, key=lambda one: (one.start, one.end)):
        if window.start > since:
            found.append(Interval(since, window.start))
        since = max(since, window.end)
    return [*found, Interval(since, FAR_FUTURE)]


def _meet(window: Interval, span: Interval) -> bool:
    return window.start <= span.end and window.end > span.start
