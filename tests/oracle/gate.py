"""Section 7 of docs/semantics.md: which gates of evidence fail in a world, and what their failure takes away."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from compliance.events.catalogue import catalogue
from compliance.rules.model import Rule
from tests.oracle.due import Almanac
from tests.oracle.world import Event, World, read

EVER = (-(2**62), 2**62)
Window = tuple[int, int]
OF_THE_LOG = {"log.heartbeat", "log.gap_declared", "log.counted", "log.segment_sealed"}
COMPARING = {"response", "precedence", "never", "recurring", "throughout"}


def live(world: World, *types: str) -> list[Event]:
    """Live events of the judged service up to `as_of`; of these types, where any are named."""
    replaced = {native.get("corrects") for native in world.events}
    return [
        event
        for event in (read(native) for native in world.events if not types or native["type"] in types)
        if event.id not in replaced and event.time <= world.as_of and event.service == world.project.service.id
    ]


def meant(globs: Iterable[str]) -> set[str]:
    """Event types that globs name."""
    return {name for name in catalogue().types if any(fnmatchcase(name, glob) for glob in globs)}


def types_of_rule(rule: Rule) -> set[str]:
    """Event types that a rule looks at."""
    found = {node["event"] for node in _nodes(rule.model_dump()) if isinstance(node.get("event"), str)}
    return found | ({"attestation.made"} if rule.expect.attested is not None else set())


def _nodes(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        yield node
        for part in node.values():
            yield from _nodes(part)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _nodes(part)


def silences(world: World, event_type: str) -> list[Window]:
    """Half-open windows in which the absence of events of the type is not known: gates E3, E6, E8."""
    gates = world.project.gates
    return [
        *_miscounted(world, event_type, required="E3" in gates.require),
        *_unsettled(world, event_type, required="E6" in gates.require),
        *_sampled(world, event_type, required="E8" in gates.require),
    ]


def _miscounted(world: World, event_type: str, *, required: bool) -> list[Window]:
    wrong: list[Window] = []
    right: list[Window] = []
    for count in live(world, "log.counted"):
        parts = [
            count.get(name) for name in ("source", "event_types", "complete_from", "complete_until", "event_count")
        ]
        if None in parts or count.get("complete_until") - 1 > world.as_of:
            continue
        a, b, stated = count.get("complete_from"), count.get("complete_until"), count.get("event_count")
        about = meant(count.get("event_types"))
        held = [e for e in live(world) if e.type in about - OF_THE_LOG and a <= e.time < b]
        agrees = abs(len(held) - stated) <= world.project.gates.count_tolerance * stated
        if event_type in about:
            (right if agrees else wrong).append((a, b))
    if required and event_type in types_of_rule(world.rule):
        edges = sorted({EVER[0], EVER[1], *(edge for window in right for edge in window)})
        pieces = itertools.pairwise(edges)
        wrong += [(a, b) for a, b in pieces if not any(c <= a and b <= d for c, d in right)]
    return wrong


def _unsettled(world: World, event_type: str, *, required: bool) -> list[Window]:
    mark = watermark(world)
    found = []
    for source in world.project.sources:
        late = _seconds(source.lateness) * 1_000_000
        if late and event_type in meant(source.event_types or ("*",)):
            found.append((mark - late + 1, EVER[1]))
    return found + ([(mark + 1, EVER[1])] if required and world.as_of > mark else [])


def _seconds(text: str) -> int:
    hours, _, rest = text.removeprefix("PT").rpartition("H")
    return int(hours or 0) * 3600 + int((rest or "0S").removesuffix("S") or 0)


def _sampled(world: World, event_type: str, *, required: bool) -> list[Window]:
    said = [
        (source.sampled, meant(source.event_types or ("*",)), EVER)
        for source in world.project.sources
        if source.sampled is not None
    ]
    for beat in live(world, "log.heartbeat"):
        if beat.get("sampled_share") is not None:
            window = (beat.get("complete_from"), beat.get("complete_until"))
            said.append((beat.get("sampled_share"), meant(beat.get("event_types")), window))
    found = [window for share, about, window in said if share < 1 and event_type in about]
    nobody = not any(share == 1 and event_type in about for share, about, _ in said)
    if required and nobody and (not said or event_type in types_of_rule(world.rule)):
        found.append(EVER)
    return found


def watermark(world: World) -> int:
    """Instant of the latest event."""
    return max((read(native).time for native in world.events), default=world.as_of)


def span(world: World) -> Window:
    """First and last instant of what is judged."""
    almanac = Almanac(world.project.service.zone, world.project.service.calendar)
    if world.period is not None:
        return almanac.start(world.period[0]), min(almanac.start(world.period[1]) - 1, world.as_of)
    started = world.project.service.started
    first = min((read(native).time for native in world.events), default=world.as_of)
    return (almanac.start(started) if started else first), world.as_of


def doubts(world: World) -> set[str]:
    """Gates of E1, E4, E5, E7 that failed and bear on the world's rule."""
    read_types = types_of_rule(world.rule)
    expect = world.rule.expect
    compares = expect.pattern in COMPARING or (expect.reconcile is not None and expect.reconcile.within is not None)
    failed = set()
    if compares and _all_or(_clocks(world), read_types):
        failed.add("E1")
    if _all_or(_unsound(world), read_types):
        failed.add("E4")
    if _unlinked(world, read_types):
        failed.add("E5")
    if _profile_lapsed(world):
        failed.add("E7")
    return failed


def _all_or(failed: set[str] | None, wanted: set[str]) -> bool:
    return failed is None or bool(failed & wanted)


def _clocks(world: World) -> set[str] | None:
    """Types of which a clock was off; None: all types."""
    skew, gates = world.project.skew_us, world.project.gates
    if gates.skew_at_most is not None and skew > _seconds(gates.skew_at_most) * 1_000_000:
        return None
    first, last = span(world)
    told = [
        beat
        for beat in live(world, "log.heartbeat")
        if beat.get("clock_offset_ms") is not None
        and beat.get("complete_from") <= last
        and beat.get("complete_until") > first
    ]
    if not told and not skew and "E1" in gates.require:
        return None
    return {
        kind
        for beat in told
        if abs(beat.get("clock_offset_ms")) * 1000 > skew
        for kind in meant(beat.get("event_types"))
    }


def _unsound(world: World) -> set[str] | None:
    """Types of sources whose seals do not fit; None: all types."""
    required = "E4" in world.project.gates.require
    seals = sorted(live(world, "log.segment_sealed"), key=lambda seal: (seal.time, seal.id))
    sources = {seal.get("source") for seal in seals}
    broken = set()
    for source in sources:
        own = [seal for seal in seals if seal.get("source") == source]
        for earlier, later in itertools.pairwise(own):
            named, actual = later.get("previous_digest"), earlier.get("digest")
            if named is not None and actual is not None and named != actual:
                broken.add(source)
        events = [event for event in live(world) if event.get("source") == source]
        corrections = len([event for event in events if event.get("corrects") is not None])
        for seal in own:
            a, b, n = seal.get("complete_from"), seal.get("complete_until"), seal.get("event_count")
            if None in (a, b, n) or b - 1 > world.as_of:
                continue
            held = len([event for event in events if event.type not in OF_THE_LOG and a <= event.time < b])
            if held > n or held < n - corrections:
                broken.add(source)
    if broken:
        return _types_of_sources(world, broken)
    if not required:
        return set()
    return types_of_rule(world.rule) - _types_of_sources(world, sources) if sources else None


def _types_of_sources(world: World, sources: set[str]) -> set[str]:
    held = {event.type for event in live(world) if event.get("source") in sources}
    said = [kind for one in world.statements if one.source in sources for kind in meant(one.event_types)]
    return held | set(said)


def _unlinked(world: World, read_types: set[str]) -> bool:
    gates = world.project.gates
    if not gates.joins:
        return "E5" in gates.require
    first, last = span(world)
    for join in gates.joins:
        events = [event for event in live(world, join.event) if first <= event.time <= last]
        known = {event.get(join.by) for event in live(world, join.to)} - {None}
        lost = [event for event in events if event.get(join.by) not in known]
        if events and len(lost) / len(events) > join.tolerance and {join.event, join.to} <= read_types:
            return True
    return False


def _profile_lapsed(world: World) -> bool:
    profile, required = world.project.profile, "E7" in world.project.gates.require
    service = world.project.service
    today = Almanac(service.zone, service.calendar).day(world.as_of)
    if profile.expires is not None and today >= profile.expires:
        return True
    if profile.expires is None and profile.as_of is not None:
        until = profile.as_of + dt.timedelta(days=366 if _holds_leap_day(profile.as_of) else 365)
        if today >= until:
            return True
    return required and (not profile.owner or profile.as_of is None)


def _holds_leap_day(day: dt.date) -> bool:
    """Whether a 29 February lies in the year after the day."""
    return any(
        (day + dt.timedelta(days=n)).month == 2 and (day + dt.timedelta(days=n)).day == 29 for n in range(1, 366)
    )
