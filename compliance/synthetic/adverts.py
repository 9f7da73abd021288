"""Advertising: campaigns, the public repository, and a log of impressions."""

from __future__ import annotations

import random

from compliance.synthetic.attested import made_at
from compliance.synthetic.journal import World
from compliance.synthetic.statements import safe
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, START, day_of
from compliance.synthetic.traffic import STATE, arrivals, pick_faults

ADS, IMPRESSIONS = 850, 26_000
AD_FAULTS = {"removed_early": 3, "never_entered": 2, "removed_before_last": 1}
IMPRESSION_FAULTS = {"unmarked": 3, "no_payer": 4, "no_parameters": 2, "minor_profiled": 3}


def adverts(world: World) -> None:
    """A whole log of advertisements shown on the service."""
    rng = world.rng("ads")
    ads = [_advert(world, rng, n + 1, t, fault) for n, (t, fault) in enumerate(_planned(world, rng))]
    times = arrivals(rng, world.size(IMPRESSIONS, 200))
    faults = pick_faults(rng, [n for n, t in enumerate(times) if safe(t)], IMPRESSION_FAULTS)
    for n, t in enumerate(times):
        _impression(world, rng, rng.choice(ads), t, faults.get(n))


def _planned(world: World, rng: random.Random) -> list[tuple[int, str | None]]:
    times = arrivals(rng, world.size(ADS, 40))
    faults = pick_faults(rng, [n for n, t in enumerate(times) if START + DAY < t < AS_OF - 60 * DAY], AD_FAULTS)
    return [(t, faults.get(n)) for n, t in enumerate(times)]


def _advert(world: World, rng: random.Random, number: int, t: int, fault: str | None) -> str:
    """One advertisement, kept in the repository for a year after it was last shown (Article 39(1)) but for faults."""
    journal, truth, ad = world.journal, world.truth, f"AD-{number:05d}"
    shown_last = t + rng.randrange(5, 45) * DAY
    journal.add(
        "ads",
        "ad.campaign_registered",
        t - HOUR if t > START + HOUR else t,
        "ads",
        campaign_id=f"CP-{number:05d}",
        advertiser_id=f"adv-{rng.randrange(300):03d}",
        payer_id=f"pay-{rng.randrange(300):03d}",
        targeting="contextual",
        sensitive_category=False,
        labelled=True,
    )
    if fault != "never_entered":
        journal.add(
            "ads",
            "ad.repository_entered",
            t,
            "ads",
            ad_id=ad,
            advertiser_id=f"adv-{rng.randrange(300):03d}",
            payer_id=f"pay-{rng.randrange(300):03d}",
            fields_shown=["content", "on_behalf_of", "payer", "period", "main_parameters", "recipients"],
            period_start=day_of(t),
            period_end=day_of(shown_last),
        )
    last = journal.add("ads", "ad.last_shown", shown_last, "ads", ad_id=ad)
    if fault == "removed_early":
        journal.add("ads", "ad.repository_removed", shown_last + 9 * DAY, "ads", ad_id=ad, reason="housekeeping")
    elif fault == "removed_before_last":
        journal.add("ads", "ad.repository_removed", shown_last - DAY, "ads", ad_id=ad, reason="housekeeping")
    if shown_last <= AS_OF:
        if fault is None:
            truth.say("DSA-39.1-REPOSITORY", last, "pending", "open")
        else:
            truth.say(
                "DSA-39.1-REPOSITORY",
                last,
                "non_compliant",
                "never_done" if fault == "never_entered" else "interrupted",
            )
    return ad


def _impression(world: World, rng: random.Random, ad: str, t: int, fault: str | None) -> None:
    minor = fault == "minor_profiled" or rng.random() < 0.05
    targeting = (
        "profiling"
        if fault == "minor_profiled"
        else "contextual"
        if minor
        else rng.choice(("profiling", "contextual", "none"))
    )
    shown = ["on_behalf_of", "payer", "main_parameters"]
    if fault == "no_payer":
        shown.remove("on_behalf_of")
    elif fault == "no_parameters":
        shown.remove("main_parameters")
    event = world.journal.add(
        "ads",
        "ad.impression_served",
        t,
        "ads",
        ad_id=ad,
        campaign_id=ad.replace("AD", "CP"),
        targeting=targeting,
        sensitive_category=False,
        minor_known=minor,
        ad_marked=fault != "unmarked",
        fields_shown=shown,
        country=STATE.draw(rng),
        recipient_id=f"u{rng.randrange(16**10):010x}",
        surface=rng.choice(("feed", "live", "search")),
    )
    broken = fault in ("unmarked", "no_payer", "no_parameters")
    world.truth.say(
        "DSA-26.1-DISCLOSE", event, *(("non_compliant", "condition_failed") if broken else ("compliant", ""))
    )
    if minor:
        wrong = fault == "minor_profiled"
        if wrong and t >= made_at("minors-protection"):
            world.truth.say("DSA-28.1-MINORS", event, "non_compliant", "attestation_contradicted")
        world.truth.say(
            "DSA-28.2-MINOR", event, *(("non_compliant", "condition_failed") if wrong else ("compliant", ""))
        )
