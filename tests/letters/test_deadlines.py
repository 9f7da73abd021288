"""Deadlines of letters: the worked examples of Regulation 1182/71, national ways of counting, and what is left to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from compliance.deadline import due_days, due_months, due_weeks, due_working_days, holiday_calendar, hours_readings
from compliance.letters.counting import Ground, count
from compliance.letters.institution import PublishedYear, institution_days, published_years, usual_days
from compliance.letters.intake import Intake
from compliance.letters.letter import Letter
from compliance.letters.read import read_letter
from tests.letters.sample import read, save

_YEARS = range(2025, 2030)


def _letter(
    folder: Path, head: str, limit: str, received: str = "", subject: str = "Request for information", **intake: str
) -> Letter:
    text = (
        f"{head}\n\nRef. T/2026/18\n1 March 2026\n\nTo: Tern Ltd.\n\nSubject: {subject}\n\nDear Provider,\n\n{limit}\n"
    )
    return read(folder, text, **({"received_at": received} if received else {}), **intake)


def _due(letter: Letter) -> tuple[str, tuple[str, ...]]:
    assert letter.deadline is not None
    assert letter.deadline.instant is not None
    return letter.deadline.instant.isoformat(), tuple(each.isoformat() for each in letter.deadline.alternatives)


def test_e1_and_e2_hours_have_two_readings(tmp_path: Path) -> None:
    """E1, E2: elapsed hours are the reading to work to; the hour of the event left out is the other."""
    day = _letter(
        tmp_path,
        "European Commission, Brussels",
        "Please reply within 24 hours of receipt.",
        "2026-08-13T17:10:00+02:00",
    )
    assert _due(day) == ("2026-08-14T17:10:00+02:00", ("2026-08-14T18:00:00+02:00",))
    hour = _letter(
        tmp_path,
        "Police, Helsinki, Finland",
        "Remove the content within one hour of receipt.",
        "2026-03-19T15:12:00+01:00",
    )
    assert _due(hour) == ("2026-03-19T17:12:00+02:00", ("2026-03-19T18:00:00+02:00",))


def test_e3_hours_run_through_the_clock_change(tmp_path: Path) -> None:
    """E3: 24 hours from Saturday 20:00 CET end on Sunday at 21:00 CEST, and do not move to Monday."""
    letter = _letter(
        tmp_path,
        "European Commission, Brussels",
        "Please reply within 24 hours of receipt.",
        "2026-03-28T20:00:00+01:00",
    )
    assert _due(letter)[0] == "2026-03-29T21:00:00+02:00"
    autumn = _letter(
        tmp_path,
        "European Commission, Brussels",
        "Please reply within 24 hours of receipt.",
        "2026-10-24T20:30:00+02:00",
    )
    assert _due(autumn) == ("2026-10-25T19:30:00+01:00", ("2026-10-25T20:00:00+01:00",))


@pytest.mark.parametrize(
    ("head", "limit", "received", "due"),
    [
        (
            "Communications Authority, Valletta, Malta",
            "within three working days of receipt",
            "2026-04-30T10:47:00+02:00",
            "2026-05-06T23:59:59+02:00",
        ),
        (
            "Authority of Tests, Paris, France",
            "within one month of receipt",
            "2026-01-30T09:05:00+01:00",
            "2026-03-02T23:59:59+01:00",
        ),
        (
            "Authority of Tests, Brussels, Belgium",
            "within one month of receipt",
            "2026-03-31T09:00:00+02:00",
            "2026-04-30T23:59:59+02:00",
        ),
        (
            "Authority of Tests, Brussels, Belgium",
            "within two weeks of receipt",
            "2026-12-11T09:00:00+01:00",
            "2026-12-28T23:59:59+01:00",
        ),
        (
            "Authority of Tests, Brussels, Belgium",
            "within two days of receipt",
            "2026-04-17T09:00:00+02:00",
            "2026-04-21T23:59:59+02:00",
        ),
        (
            "Authority of Tests, Brussels, Belgium",
            "within five days of receipt",
            "2026-03-31T09:00:00+02:00",
            "2026-04-07T23:59:59+02:00",
        ),
        (
            "Authority of Tests, Brussels, Belgium",
            "within 10 working days of receipt",
            "2026-05-11T09:00:00+02:00",
            "2026-05-27T23:59:59+02:00",
        ),
        (
            "Authority of Tests, Dublin, Ireland",
            "within 10 working days of receipt",
            "2026-05-11T09:00:00+01:00",
            "2026-05-25T23:59:59+01:00",
        ),
        (
            "Authority of Tests, Dublin, Ireland",
            "within one month of receipt",
            "2026-10-05T09:00:00+01:00",
            "2026-11-05T23:59:59+00:00",
        ),
    ],
    ids=["e4", "e5", "e6", "e7", "e8", "e9", "e10-be", "e10-ie", "e11"],
)
def test_periods_from_receipt(tmp_path: Path, head: str, limit: str, received: str, due: str) -> None:
    """E4 to E11: holidays of the authority's place, missing dates, roll-over, two working days, the offset of the due day."""
    assert _due(_letter(tmp_path, head, f"Your reply must arrive {limit}.", received))[0] == due


def test_e7_the_commissions_own_days_off_are_a_second_reading(tmp_path: Path) -> None:
    """E7: for a Union institution the usual closing days are offered as a later reading, to be asked about."""
    letter = _letter(
        tmp_path,
        "European Commission, Brussels",
        "Your reply must arrive within two weeks of receipt.",
        "2026-12-11T09:00:00+01:00",
    )
    assert letter.deadline is not None
    assert letter.deadline.instant == datetime.fromisoformat("2026-12-28T23:59:59+01:00")
    assert any(each.date() > date(2026, 12, 31) for each in letter.deadline.alternatives)
    assert "institution designated for 2026" in letter.to_confirm["deadlines.D1"]


def test_e10_whose_calendar_is_put_to_a_person(tmp_path: Path) -> None:
    """E10: the Commission's letter to an addressee in Ireland is due by the earlier calendar; the later one is a reading, and asked."""
    letter = _letter(
        tmp_path,
        "European Commission, Brussels",
        "Your reply must arrive within 10 working days of receipt.",
        "2026-05-11T09:00:00+02:00",
        addressee_member_state="IE",
    )
    due, others = _due(letter)
    assert due == "2026-05-25T23:59:59+02:00"
    assert "2026-05-27T23:59:59+02:00" in others
    assert "those of BE or IE" in letter.to_confirm["deadlines.D1"]


def test_a_national_letter_goes_by_its_own_country(tmp_path: Path) -> None:
    """National law counts by the authority's days; the addressee's are shown second, and asked where they end it earlier."""
    limit = "Your reply must arrive within 10 working days of receipt."
    received = "2026-05-11T09:00:00+02:00"
    letter = _letter(tmp_path, "Authority of Tests, Brussels, Belgium", limit, received, addressee_member_state="IE")
    assert _due(letter) == ("2026-05-27T23:59:59+02:00", ("2026-05-25T23:59:59+02:00",))
    assert "those of BE or IE" in letter.to_confirm["deadlines.D1"]
    later = _letter(tmp_path, "Authority of Tests, Dublin, Ireland", limit, received, addressee_member_state="BE")
    assert _due(later) == ("2026-05-25T23:59:59+01:00", ("2026-05-27T23:59:59+01:00",))
    assert "deadlines.D1" not in later.to_confirm


@pytest.mark.parametrize(
    ("received", "limit", "due", "others"),
    [
        ("2023-04-03T09:00:00+02:00", "three working days", "2023-04-06", ["2023-04-11"]),
        ("2023-10-30T09:00:00+01:00", "three working days", "2023-11-03", ["2023-11-06"]),
        ("2023-11-08T09:00:00+01:00", "two working days", "2023-11-10", []),
        ("2024-03-26T09:00:00+01:00", "two working days", "2024-03-28", ["2024-04-02"]),
    ],
    ids=["maundy-thursday", "all-souls", "no-difference", "2024"],
)
def test_a_published_list_of_the_commission_counts(
    tmp_path: Path, received: str, limit: str, due: str, others: list[str]
) -> None:
    """Where the list of the year is known it is a full reading with its place in the Official Journal, and nothing is asked."""
    letter = _letter(
        tmp_path, "European Commission, Brussels", f"Your reply must arrive within {limit} of receipt.", received
    )
    assert letter.deadline is not None
    assert _due(letter)[0][:10] == due
    assert [each.date().isoformat() for each in letter.deadline.alternatives] == others
    assert "deadlines.D1" not in letter.to_confirm
    assert not others or "OJ C" in " ".join(letter.deadline.steps)


def test_the_days_of_the_institution_can_end_a_period_earlier() -> None:
    """11 November is a holiday of Belgium, not of the institutions: with the list known the earlier day comes first."""
    event = datetime.fromisoformat("2024-07-18T09:00:00+02:00")
    listed = PublishedYear(2026, "OJ C, test", frozenset({date(2026, 11, 2)}), date(2026, 12, 31), {})
    november = datetime.fromisoformat("2026-11-09T09:00:00+01:00")
    ground = Ground("Europe/Brussels", "BE", "EU")
    unknown = count(3, "working_day", "working days", november, ground)
    assert [each.instant.day for each in unknown] == [13, 12]
    assert [bool(each.asks) for each in unknown] == [False, True]
    known = count(3, "working_day", "working days", november, replace(ground, published=(listed,)))
    assert [(each.instant.day, each.asks) for each in known] == [(12, ""), (13, "")]
    assert not any(each.asks for each in count(5, "working_day", "working days", event, ground))


def test_a_list_holds_only_for_what_was_read_of_it() -> None:
    """Luxembourg and Brussels differ by one day; behind the last day read, and in a year without a list, nothing is known."""
    year_2023 = next(each for each in published_years() if each.year == 2023)
    assert year_2023.at("BE") ^ year_2023.at("LU") == {date(2023, 6, 23), date(2023, 7, 21)}
    days = institution_days(range(2023, 2027), "BE")
    assert len(days.sources(date(2023, 12, 20), date(2024, 1, 3))) == 2
    assert days.sources(date(2024, 8, 1), date(2024, 8, 15))
    assert not days.sources(date(2024, 8, 1), date(2024, 8, 16))
    assert not days.sources(date(2025, 1, 2), date(2025, 1, 3))
    assert not days.sources(date(2024, 12, 20), date(2023, 12, 20))
    for each in published_years():
        assert each.source.startswith("Commission Decision of ")
        assert {day.year for day in each.days} == {each.year}
        assert all(day.weekday() < 5 and day <= each.through for day in each.days)
        assert each.days <= usual_days(each.year) | {date(2023, 6, 23)}


def test_a_person_enters_the_list_of_a_year(tmp_path: Path) -> None:
    """With the list in the intake the reading is named by its source and no longer asked; a day of another year is refused."""
    days = [f"2026-12-{day}" for day in (24, 25, 28, 29, 30, 31)]
    received = {"received_at": "2026-12-11T09:00:00+01:00"}
    entered = {"year": 2026, "source": "OJ C, 1.1.2026", "days": days}
    january = {"year": 2027, "source": "OJ C, 1.1.2027", "days": ["2027-01-01"]}
    text = "European Commission, Brussels\n\nRef. T/2026/18\n\nSubject: Request\n\nReply within two weeks of receipt.\n"
    intake = Intake.model_validate({**received, "institution_days": [entered, january]})
    letter = read_letter(save(tmp_path, text), intake)
    assert _due(letter) == ("2026-12-28T23:59:59+01:00", ("2027-01-04T23:59:59+01:00",))
    assert "deadlines.D1" not in letter.to_confirm
    assert letter.deadline is not None
    assert "OJ C, 1.1.2027" in " ".join(letter.deadline.steps)
    with pytest.raises(ValidationError, match="2027-01-01 is not in 2026"):
        Intake.model_validate({"institution_days": [{**entered, "days": ["2027-01-01"]}]})


def test_receipt_at_midnight_counts_from_both_days(tmp_path: Path) -> None:
    """Received on the 11th in Dublin and the 12th in Brussels: the earlier day comes first, the other is a reading; dates have one day."""
    place = {"addressee_timezone": "Europe/Dublin"}
    head, received = "Authority of Tests, Brussels, Belgium", "2026-05-11T23:30:00+01:00"
    letter = _letter(tmp_path, head, "Your reply must arrive within one month of receipt.", received, **place)
    assert _due(letter) == ("2026-06-11T23:59:59+02:00", ("2026-06-12T23:59:59+02:00",))
    dated = _letter(tmp_path, head, "Reply within one month of the date of this letter.", received, **place)
    assert _due(dated) == ("2026-04-01T23:59:59+02:00", ())


def test_e12_and_e13_month_ends_and_leap_years() -> None:
    """E12, E13: six months from 31 August roll from a Sunday; a year from 29 February ends on the 28th."""
    assert due_months(date(2026, 8, 31), 6, ()) == date(2027, 3, 1)
    assert due_months(date(2028, 2, 29), 12, ()) == date(2029, 2, 28)
    ground = Ground("Europe/Dublin", "IE", "IE")
    six = count(6, "month", "months", datetime.fromisoformat("2026-08-31T09:00:00+01:00"), ground)
    year = count(1, "year", "year", datetime.fromisoformat("2028-02-29T09:00:00+00:00"), ground)
    assert [[each.instant.isoformat() for each in readings] for readings in (six, year)] == [
        ["2027-03-01T23:59:59+00:00"],
        ["2029-02-28T23:59:59+00:00"],
    ]
    assert "there is no 31 in that month" in " ".join(six[0].steps)


@pytest.mark.parametrize(
    ("limit", "readings"),
    [
        ("by 02:30 on 25 October 2026", ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")),
        ("by 02:30 on 29 March 2026", ("2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00")),
        ("by 03:00 on 25 October 2026", ("2026-10-25T03:00:00+01:00",)),
    ],
    ids=["twice", "never", "behind"],
)
def test_a_set_time_in_the_hour_of_a_clock_change(tmp_path: Path, limit: str, readings: tuple[str, ...]) -> None:
    """An hour that comes twice or not at all has two readings, the earlier first, and is put to a person."""
    letter = _letter(tmp_path, "European Commission, Brussels", f"The reply is to be provided {limit}.")
    assert (_due(letter)[0], *_due(letter)[1]) == readings
    assert ("deadlines.D1" in letter.to_confirm) == (len(readings) > 1)


def test_working_days_of_a_month_and_behind_a_date_have_every_calendar(tmp_path: Path) -> None:
    """The Commission is usually closed at the end of December: the earlier day is shown and asked, never taken for certain."""
    head = "European Commission, Brussels"
    last = _letter(tmp_path, head, "Your reply must reach us on the last working day of December 2026.")
    assert _due(last) == ("2026-12-31T23:59:59+01:00", ("2026-12-23T23:59:59+01:00",))
    assert "institution designated for 2026" in last.to_confirm["deadlines.D1"]
    limit = "The reply is to be provided by 4 January 2027. An extension must be applied for at least three working days before the time limit."
    (back,) = _letter(tmp_path, head, limit).additional_deadlines
    assert [each.date().isoformat() for each in back.alternatives] == ["2026-12-29", "2026-12-21"]
    assert any("designated" in need for need in back.needs)


def test_e14_a_zone_label_out_of_season_has_two_readings(tmp_path: Path) -> None:
    """E14: 17:00 CET on a day of summer time is read as clock time first, literally second, and put to a person."""
    letter = _letter(
        tmp_path, "European Commission, Brussels", "The reply is to be provided by 17:00 CET on 30 April 2026."
    )
    assert _due(letter) == ("2026-04-30T17:00:00+02:00", ("2026-04-30T17:00:00+01:00",))
    assert "zone" in letter.to_confirm["deadlines.D1"]


def test_e15_a_set_date_does_not_move(tmp_path: Path) -> None:
    """E15: a fixed date on a Sunday stays on Sunday (Art. 5(1))."""
    letter = _letter(tmp_path, "European Commission, Brussels", "The reply is to be provided by Sunday 31 May 2026.")
    assert _due(letter) == ("2026-05-31T23:59:59+02:00", ())


def test_the_reference_dates_come_out_of_the_calendar_functions() -> None:
    """The same examples by the functions that rules use too."""
    belgium, malta = holiday_calendar("BE", _YEARS), holiday_calendar("MT", _YEARS)
    assert due_working_days(date(2026, 4, 30), 3, malta) == date(2026, 5, 6)
    assert due_weeks(date(2026, 12, 11), 2, belgium) == date(2026, 12, 28)
    assert due_days(date(2026, 4, 17), 2, belgium) == date(2026, 4, 21)
    strict, late = hours_readings(datetime.fromisoformat("2026-03-19T15:12:00+01:00"), 1)
    assert (strict.isoformat(), late.isoformat()) == ("2026-03-19T16:12:00+01:00", "2026-03-19T17:00:00+01:00")


def test_receipt_is_never_guessed(tmp_path: Path) -> None:
    """Without an intake a period from receipt has no instant and says what is needed."""
    letter = _letter(tmp_path, "European Commission, Brussels", "Your reply must arrive within 24 hours of receipt.")
    assert letter.deadline is not None
    assert letter.deadline.instant is None
    assert "received" in letter.to_confirm["deadlines.D1"]


def test_spanish_days_are_working_days() -> None:
    """Ley 39/2015: bare days are working days in a Spanish letter; calendar days stay as the other reading."""
    ground = Ground("Europe/Madrid", "ES", "ES")
    readings = count(10, "day", "días", datetime.fromisoformat("2026-03-10T09:30:00+01:00"), ground)
    assert [each.instant.date() for each in readings] == [date(2026, 3, 24), date(2026, 3, 20)]


def test_french_clear_days_and_six_day_weeks() -> None:
    """Jours francs leave out both ends; jours ouvrables count Saturdays."""
    ground = Ground("Europe/Paris", "FR", "FR")
    event = datetime.fromisoformat("2026-06-02T09:00:00+02:00")
    assert count(3, "calendar_day", "jours francs", event, ground)[0].instant.date() == date(2026, 6, 8)
    assert count(4, "working_day", "jours ouvrables", event, ground)[0].instant.date() == date(2026, 6, 6)
    assert count(4, "working_day", "jours ouvrés", event, ground)[0].instant.date() == date(2026, 6, 8)


def test_german_werktage_may_include_saturday() -> None:
    """The shorter reading with Saturdays comes first, Monday to Friday is the other."""
    readings = count(
        5,
        "working_day",
        "Werktagen",
        datetime.fromisoformat("2026-06-08T09:00:00+02:00"),
        Ground("Europe/Berlin", "DE", "DE"),
    )
    assert [each.instant.date() for each in readings] == [date(2026, 6, 13), date(2026, 6, 15)]


def test_a_calendar_named_in_the_letter_settles_whose_holidays_count(tmp_path: Path) -> None:
    """Where the letter defines its working days, no other calendar is offered."""
    text = (
        "Prosecutor, Valletta, Malta\nRef: P/11/2026\nDate: 30 April 2026\nTo: Tern Ltd.\n\nSubject: Order\n\n"
        "The data are to reach this office within three working days of receipt, working days being all days but "
        "Saturdays, Sundays and public holidays in Malta.\n"
    )
    letter = read(tmp_path, text, received_at="2026-04-30T10:47:00+02:00", addressee_member_state="IE")
    assert _due(letter) == ("2026-05-06T23:59:59+02:00", ())


def test_undefined_close_of_business_is_flagged(tmp_path: Path) -> None:
    """17:00 is proposed, the end of the day is the other reading, and a person is asked."""
    letter = _letter(
        tmp_path, "European Commission, Brussels", "The reply is to be provided by close of business on 22 May 2026."
    )
    assert _due(letter) == ("2026-05-22T17:00:00+02:00", ("2026-05-22T23:59:59+02:00",))
    assert "close of business" in letter.to_confirm["deadlines.D1"]


def test_tiers_name_their_questions(tmp_path: Path) -> None:
    """A list and `the other questions` become numbers; the earlier tier is the main deadline."""
    text = (
        "European Commission\nBrussels, 4 May 2026\nRef. Ares(2026)51\n\nSubject: Request\n\nTo: Tern Ltd.\n\n"
        "The answers to the other questions are due by 30 June 2026, the answers to Questions 2 and 3 by 12 June 2026.\n\n"
        "Questions\n\n1. Describe the service.\n\n2. State the number of users.\n\n3. Provide the log.\n\n4. Explain why.\n"
    )
    letter = read(tmp_path, text)
    assert letter.deadline is not None
    assert (letter.deadline.applies_to, letter.additional_deadlines[0].applies_to) == (("2", "3"), ("1", "4"))
    assert [question.deadline_ref for question in letter.questions] == ["D2", "D1", "D1", "D2"]


def test_periods_before_a_limit_are_counted_back_without_rolling(tmp_path: Path) -> None:
    """An extension is to be asked for so many working days before each answer date."""
    letter = _letter(
        tmp_path,
        "European Commission, Brussels",
        "The reply is to be provided by 30 April 2026. An extension must be applied for at least three working days before the time limit.",
    )
    (back,) = letter.additional_deadlines
    assert (back.scope, back.instant) == ("extension", None)
    assert [each.isoformat() for each in back.alternatives] == ["2026-04-27T23:59:59+02:00"]


def test_redress_is_kept_apart_and_retention_is_never_shortened(tmp_path: Path) -> None:
    """An appeal period is a right of the provider; a minimum period goes by its later reading."""
    text = (
        "Police of Tests, Helsinki, Finland\nReference: P/9/2026\nDate: 19 March 2026\nTo: Tern Ltd.\n\nSubject: Removal order\n\n"
        "Remove the content within one hour of receipt. The data shall be preserved for six months.\n\n"
        "The order may be challenged before the Administrative Court within 30 days of its service.\n"
    )
    letter = read(tmp_path, text, received_at="2026-03-19T15:12:00+02:00")
    assert [each.scope for each in letter.redress] == ["court_redress"]
    kept = next(each for each in letter.additional_deadlines if each.scope == "preservation")
    assert kept.instant is not None
    assert (kept.instant.date(), [each.date() for each in kept.alternatives]) == (
        date(2026, 9, 21),
        [date(2026, 9, 19)],
    )


@pytest.mark.parametrize(
    ("head", "limit", "due"),
    [
        (
            "Bundesnetzagentur, Bonn",
            "Ihre Antwort muss spätestens bis zum 17. Juli 2026, 12:00 Uhr hier eingehen.",
            "2026-07-17T12:00:00+02:00",
        ),
        (
            "Arcom, Paris",
            "Votre réponse doit parvenir au plus tard le 3 avril 2026 à 18 heures.",
            "2026-04-03T18:00:00+02:00",
        ),
        (
            "Arcom, Paris",
            "Votre réponse doit parvenir avant le vendredi 3 avril 2026 à 18 h 30.",
            "2026-04-03T18:30:00+02:00",
        ),
        (
            "AGCOM, Roma",
            "Le informazioni devono pervenire entro e non oltre il 30 aprile 2026 ore 12.",
            "2026-04-30T12:00:00+02:00",
        ),
        (
            "CNMC, Madrid",
            "La información deberá presentarse a más tardar el 15 de junio de 2026 a las 14:00 horas.",
            "2026-06-15T14:00:00+02:00",
        ),
        ("Coimisiún na Meán, Dublin", "Your reply must reach us by noon on 2 June 2026.", "2026-06-02T12:00:00+01:00"),
        (
            "Coimisiún na Meán, Dublin",
            "Your reply must reach us no later than 5 p.m. (Irish time) on Friday, 5 June 2026.",
            "2026-06-05T17:00:00+01:00",
        ),
        (
            "Rechtbank Rotterdam, Netherlands",
            "Give effect to it by five o'clock in the afternoon on 8 October 2026.",
            "2026-10-08T17:00:00+02:00",
        ),
        (
            "Coimisiún na Meán, Dublin",
            "Your reply must reach us on the last working day of May 2026.",
            "2026-05-29T23:59:59+01:00",
        ),
    ],
)
def test_fixed_dates_in_the_wordings_of_authorities(tmp_path: Path, head: str, limit: str, due: str) -> None:
    """Prepositions, times and places of several languages give the instant at the authority's place."""
    filler = {
        "Bundesnetzagentur": "Wir bitten Sie um die folgende Auskunft zu der Bearbeitung von Meldungen auf der Plattform und zu den Fristen.",
        "Arcom": "Nous vous prions de bien vouloir transmettre les informations pour la période qui est visée dans cette lettre.",
        "AGCOM": "Si chiede di fornire le informazioni che sono indicate nella presente nota per il periodo di riferimento.",
        "CNMC": "Se requiere la información que se indica en este escrito para el período de referencia de la plataforma.",
    }
    prose = next((text for name, text in filler.items() if head.startswith(name)), "")
    text = f"{head}\nRef. T/2026/18\n\n{prose}\n\n{limit}\n"
    assert _due(read(tmp_path, text))[0] == due
