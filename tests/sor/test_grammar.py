"""The pattern of sound rows: it may pass over a valid row, and never takes a refused one for sound."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from compliance.errors import Place
from compliance.sor.dump import FULL, Layout, layout_of, payload_of
from compliance.sor.grammar import SHORT, grammar_of
from compliance.sor.validate import validate_statement
from tests.sor.samples import LIGHT, OLD_FULL, line, row

CELLS: dict[str, Sequence[str]] = {
    "decision_visibility": ("", "[]", '["DECISION_VISIBILITY_OTHER"]', '["DECISION_VISIBILITY_CONTENT_LABELLED","DECISION_VISIBILITY_OTHER"]', '["null"]', "x"),
    "decision_visibility_other": ("", " ", "plain", 'a "b" c', "x" * 500, "x" * 501, "ü" * 300, "\u200b", "\u00a0x", '"', "“quoted”", "日本"),
    "end_date_visibility_restriction": ("", "2026-01-01 00:00:00", "2038-01-01 00:00:00", "2039-01-01 00:00:00", "2025-02-30 00:00:00", "soon"),
    "decision_monetary": ("", "DECISION_MONETARY_SUSPENSION", "DECISION_MONETARY_OTHER", "null", "x"),
    "decision_monetary_other": ("", "text", "x" * 501, " "),
    "decision_provision": ("", "DECISION_PROVISION_TOTAL_SUSPENSION", "x"),
    "end_date_service_restriction": ("", "2026-02-29 00:00:00", "2024-02-29 00:00:00"),
    "decision_account": ("", "DECISION_ACCOUNT_SUSPENDED", "decision_account_suspended"),
    "account_type": ("", "ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PUBLIC"),
    "decision_ground": ("DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT", "", "x"),
    "decision_ground_reference_url": ("", "https://example.org/a", "https://example.org/" + "a" * 481, "see terms", "https://exa mple.org", "https://example.org?x=1"),
    "illegal_content_legal_ground": ("", "a ground", "x" * 500, "x" * 501, '"' * 300),
    "illegal_content_explanation": ("", "because", "x" * 2000, "x" * 2001),
    "incompatible_content_ground": ("", "a ground", "x" * 500, "x" * 501, "é" * 400, "\u2003"),
    "incompatible_content_explanation": ("", "because", "x" * 2000, "x" * 2001, "é" * 1900, '"a" ' * 500, '"a" ' * 501),
    "incompatible_content_illegal": ("", "Yes", "No", "yes"),
    "category": ("STATEMENT_CATEGORY_VIOLENCE", "STATEMENT_CATEGORY_CYBER_VIOLENCE", "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN", "STATEMENT_CATEGORY_CYBER", "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT", ""),
    "category_addition": ("", "[]", '["STATEMENT_CATEGORY_VIOLENCE"]', '["VIOLENCE"]', "null"),
    "category_specification": ("", "[]", '["KEYWORD_NUDITY","KEYWORD_OTHER"]', '["KEYWORD_DANGEROUS_TOYS"]', "[broken"),
    "category_specification_other": ("", "x" * 500, "x" * 501),
    "content_type": ('["CONTENT_TYPE_APP"]', '["CONTENT_TYPE_OTHER"]', "[]", "", '["CONTENT_TYPE_APP","CONTENT_TYPE_BOOK"]'),
    "content_type_other": ("", "Ad", "x" * 501),
    "content_language": ("", "EN", "EL", "GR", "en"),
    "content_date": ("2025-01-31 00:00:00", "2025-04-31 00:00:00", "1999-12-31 00:00:00", "2000-01-01 00:00:00", "2038-01-01 00:00:00", "2038-01-02 00:00:00", "", "2025-01-01"),
    "content_id_ean": ("", "4006381333931", "12"),
    "territorial_scope": ("", "[]", '["GR"]', '["EL"]', '["DE","UK"]'),
    "application_date": ("2025-01-31 00:00:00", "2019-12-31 00:00:00", "2020-01-01 00:00:00", "2039-01-01 00:00:00", "2025-06-31 00:00:00", ""),
    "decision_facts": ("a fact", "", " ", "x" * 5000, "x" * 5001, "ü" * 3000, "a\rb", "0", "\u3000", "—"),
    "source_type": ("SOURCE_ARTICLE_16", "SOURCE_COURT", ""),
    "source_identity": ("", "x" * 501, "a, b"),
    "automated_detection": ("Yes", "No", "true", ""),
    "automated_decision": ("AUTOMATED_DECISION_FULLY", "Yes", ""),
    "platform_name": ("Halcyon Live (synthetic)", "Halcyon", 'A "B" C', ""),
    "platform_uid": ("p-1", "p.1", "x" * 500, "x" * 501, ""),
}  # fmt: skip


def layout(columns: Sequence[str]) -> Layout:
    """The layout of a header."""
    return layout_of(columns, Place("t"))


def sound(cells: dict[str, str], shape: Layout) -> bool:
    """True where the pattern takes the row for sound, as the scan asks it."""
    grammar = grammar_of(shape)
    assert grammar is not None
    raw = line(cells, shape.columns).encode()
    found = grammar.pattern.fullmatch(raw)
    if found is None or (grammar.scoped and not grammar.scope.fullmatch(found[grammar.scoped])):
        return False
    return len(raw) <= SHORT or grammar.within(found)


def valid(cells: dict[str, str], shape: Layout) -> bool:
    """True where the gate takes the row, as far as the layout can tell."""
    given = [cells.get(name, "") for name in shape.columns]
    errors = validate_statement(payload_of(shape, given), schema=shape.schema, endpoint="multiple").errors
    return not set(errors) - set(shape.unjudged)


@pytest.mark.parametrize("columns", [FULL, OLD_FULL, LIGHT], ids=["full", "old", "light"])
def test_no_refused_row_is_taken_for_sound(columns: Sequence[str]) -> None:
    """Thousands of rows with one to six odd cells: whatever the pattern takes, the gate takes."""
    shape, chance = layout(columns), random.Random(20)
    taken = refused = 0
    for _ in range(6000):
        changed = chance.sample(sorted(CELLS), chance.choice((1, 1, 2, 3, 6)))
        cells = row(**{name: chance.choice(CELLS[name]) for name in changed})
        if sound(cells, shape):
            assert valid(cells, shape), {name: cells[name][:60] for name in changed}
            taken += 1
        else:
            refused += not valid(cells, shape)
    assert taken > 800
    assert refused > 1500


@pytest.mark.parametrize("columns", [FULL, OLD_FULL, LIGHT], ids=["full", "old", "light"])
def test_each_cell_alone_is_taken_only_where_the_gate_takes_it(columns: Sequence[str]) -> None:
    """Every listed cell in an otherwise sound row, and the sound row itself."""
    shape = layout(columns)
    assert sound(row(), shape)
    for name, values in CELLS.items():
        for value in values:
            cells = row(**{name: value})
            assert valid(cells, shape) or not sound(cells, shape), (name, value[:60])


def test_common_rows_are_beyond_doubt() -> None:
    """What most rows look like does not need a closer look: else the pattern would be right and useless."""
    shape = layout(FULL)
    for changes in (
        {"decision_visibility_other": "“Quoted” text", "decision_visibility": '["DECISION_VISIBILITY_OTHER"]'},
        {"decision_visibility": "", "decision_account": "DECISION_ACCOUNT_TERMINATED"},
        {
            "decision_visibility": "[]",
            "decision_monetary": "DECISION_MONETARY_OTHER",
            "decision_monetary_other": "held",
        },
        {"decision_visibility": "", "decision_provision": "DECISION_PROVISION_TOTAL_SUSPENSION"},
        {"decision_facts": "Über die Inhalte"},
        {"decision_facts": "日本語の説明"},
        {"incompatible_content_explanation": 'Says "no", says "yes", says "perhaps".'},
        {"end_date_account_restriction": "2026-05-31 00:00:00", "decision_account": "DECISION_ACCOUNT_SUSPENDED"},
        {"decision_ground_reference_url": "https://www.example.com/legal/terms?lang=en"},
        {"content_id_ean": "4006381333931", "content_language": "PT"},
    ):
        assert sound(row(**changes), shape), changes


def test_columns_in_another_order_have_no_grammar() -> None:
    """They are judged cell by cell."""
    assert grammar_of(layout((*FULL[1:], FULL[0]))) is None
