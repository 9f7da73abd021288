"""Moderation on the service's own initiative, and the labelled samples that measure its automated part."""

from __future__ import annotations

from compliance.synthetic.journal import World
from compliance.synthetic.statements import FAULTS, Decision, restrict, safe
from compliance.synthetic.timeline import DAY, HOUR, month_starts
from compliance.synthetic.traffic import LANGUAGES, NOTICE_CATEGORY, STATE, TERMS_CATEGORY, arrivals, pick_faults

PER_LOG = 12_500
"""Decisions on the service's own initiative at scale 1."""


def own_initiative(world: World) -> None:
    """A whole log of decisions without a notice, with the planted faults of statements and submissions."""
    rng = world.rng("moderation")
    times = arrivals(rng, world.size(PER_LOG, 300), surge=1.2)
    faults = pick_faults(rng, [n for n, t in enumerate(times) if safe(t)], FAULTS)
    for n, t in enumerate(times):
        fault = faults.get(n)
        if fault is None and safe(t) and rng.random() < 0.0015:
            fault = rng.choice(("database_late", "late_statement", "database_late"))
        illegal = rng.random() < 0.35
        category, keyword = (NOTICE_CATEGORY if illegal else TERMS_CATEGORY).draw(rng)
        state = STATE.draw(rng)
        machine = rng.random() < 0.62
        exempt = fault is None and category.endswith("SCAMS_AND_FRAUD") and rng.random() < 0.15
        restrict(
            world,
            rng,
            Decision(
                t,
                f"D-O{n + 1:06d}",
                "illegal_content" if illegal else "incompatible_content",
                category,
                keyword,
                state,
                LANGUAGES[state],
                "own_initiative",
                "clf-text-7" if machine else None,
                detected_by_machine=machine,
                decided_by_machine=rng.choices(("fully", "partially", "not_automated"), (55, 25, 20))[0]
                if machine
                else "not_automated",
                exemption="deceptive_high_volume_commercial" if exempt else None,
            ),
            fault,
        )
    _gates(world)


def _gates(world: World) -> None:
    """Restrictions for other reasons than illegality or the terms: they call for no statement of reasons."""
    rng = world.rng("gates")
    for n, t in enumerate(arrivals(rng, world.size(400, 8))):
        world.journal.add(
            "mod",
            "restriction.applied",
            t,
            "moderation",
            restriction_id=f"G-{n + 1:05d}",
            decision_id=f"D-G{n + 1:05d}",
            restriction="visibility_other",
            restriction_reason=rng.choice(("technical", "age_gate", "capacity")),
            recipient_id=f"u{rng.randrange(16**10):010x}",
            has_contact=True,
        )


def quality(world: World) -> None:
    """Labelled samples of automated decisions: single labels, and monthly counts per system and language."""
    rng = world.rng("quality")
    for n, t in enumerate(arrivals(rng, world.size(2_400, 60))):
        world.journal.add(
            "quality",
            "qa.sample_labelled",
            t,
            "quality-desk",
            decision_id=f"D-O{rng.randrange(1, 12_000):06d}-L{n}",
            system_id="clf-text-7",
            label="incorrect" if rng.random() < 0.041 else "correct",
            language=LANGUAGES[STATE.draw(rng)],
        )
    for month in month_starts()[1:]:
        for system, share in (("clf-text-7", 0.94), ("clf-image-3", 0.97)):
            for language in ("DE", "EN", "ES", "FR", "IT", "PL"):
                right, wrong = rng.randrange(360, 420), int(400 * (1 - share)) + rng.randrange(6)
                world.journal.add(
                    "quality",
                    "qa.sample_labelled",
                    month - 8 * HOUR,
                    "quality-desk",
                    decision_id=f"sample-{system}-{language}-{(month - DAY) // DAY}",
                    system_id=system,
                    language=language,
                    true_positive=right,
                    true_negative=4 * right,
                    false_positive=wrong,
                    false_negative=wrong + rng.randrange(9),
                    sample_size=5 * right + 2 * wrong,
                )
