"""What real logs hold besides events: cut lines, types nobody knows, lines written twice."""

from __future__ import annotations

import json

from compliance.synthetic.journal import World

_BROKEN = ('{"id":"', "<<<<<<< rotated", "[]", '"restarted"', "\x00\x00\x00\x00", '{"id":"cut-9', "null", "{]")
"""Lines of which neither type nor case can be read."""


def dirt(world: World) -> None:
    """Spoil a little: two lines in ten thousand are unreadable, five come twice, a few types are unknown."""
    rng, rows = world.rng("dirt"), world.journal.rows
    families = ("notice", "mod", "sor", "tdb", "complaint", "ads", "live")
    total = sum(len(rows[family]) for family in families)
    for _ in range(max(1, round(total * 0.0002))):
        family = rng.choice(families)
        t = rng.choice(rows[family])[0]
        world.journal.line(family, t, rng.choice(_BROKEN), "rejected")
    for _ in range(max(2, round(total * 0.0005))):
        family = rng.choice(families)
        t, _, text, fate = rng.choice(rows[family])
        if fate == "accepted":
            event = json.loads(text)
            turned = dict(sorted(event.items(), reverse=True))
            world.journal.line(
                family, t, text if rng.random() < 0.5 else json.dumps(turned, ensure_ascii=False), "duplicates"
            )
    for family, kind in (
        ("live", "livestream.reaction_counted"),
        ("people", "workforce.shift_begun"),
        ("governance", "newsletter.sent"),
    ):
        t, _, text, _ = rows[family][0]
        world.journal.line(family, t, json.dumps(json.loads(text) | {"id": f"x-{family}", "type": kind}), "rejected")
    for family, kind, wrong in (
        ("live", "livestream.listeners_sampled", {"time": "2026-05-04T10:00:00"}),
        ("ads", "ad.impression_served", {"ad_marked": "perhaps"}),
        ("ads", "ad.impression_served", {"minor_known": "maybe not"}),
    ):
        t, event = next((row[0], json.loads(row[2])) for row in rows[family] if f'"{kind}"' in row[2])
        spoiled = event | {"id": f"x-{family}-{'-'.join(wrong)}"} | wrong
        world.journal.line(family, t, json.dumps(spoiled), "rejected")
