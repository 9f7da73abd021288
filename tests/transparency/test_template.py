"""The template: its empty parts are the official files, byte for byte."""

import hashlib

import pytest

from compliance.transparency.csv_text import csv_text
from compliance.transparency.model import OTHER, TOTAL
from compliance.transparency.template import template

OFFICIAL = {
    1: ("1_report_identification", 5, "355166db774836d59ac3d91994680bcd9821e2c0e1557322b5f3e8f4007a82cd"),
    2: ("2_categories_names", 100, "ce1f80280d31da5e7cf4b85bc8da788760991e30696658bab18995c8829efb7b"),
    3: ("3_member_states_orders", 181, "1c4f6d84ac0cea4b306eb05451bc7477bb94ac0e68b672152628b5ae3524245b"),
    4: ("4_notices", 91, "c9d8986a04c01a6ae4b84583f3479323eceb884489608474c7d0976fb20eb9e6"),
    5: ("5_own_initiative_illegal", 90, "8dc7082e0bfefcbde67323d500a00c65029a85e4a2094e50cba72d4c29767df2"),
    6: ("6_own_initiative_TC", 98, "423dc6c8bc62109b6efeb94f188066b30cac94227ed8a33beeeac3c25e7c3011"),
    7: ("7_appeals_and_recidivism", 47, "c355cf9369a115fa51f9c9626cc7917bc24b48db7d6dc6cff3028c81de388aad"),
    8: ("8_automated_means", 35, "1a687f468468b25b214f505c4a6cb906d6ee8cc80d20f5a60eca383cc1bea71d"),
    9: ("9_human_resources", 6, "2393d48b65e94d86f769d5cb8e1017ad2516ca0883f7f10b0eabad1bf143cb84"),
    10: ("10_AMAR", 4, "cea923187f8eea0ad82c8f562ce3cfcdbd371e64908cb4c6acbfeaf2baf04a75"),
    11: ("11_qualitative", 11, "d09603b7b1ec2874595501cd41ace0a02c6ce04a1ba8cbe47fce38849f53020a"),
}
"""Sheet name, rows and SHA-256 of each official English CSV file."""


@pytest.mark.parametrize("number", OFFICIAL)
def test_an_empty_part_is_the_official_file(number: int) -> None:
    """Written with the official line ends, the part's headers and rows have the digest of the Commission's file."""
    part = template().parts[number]
    sheet, rows, digest = OFFICIAL[number]
    text = csv_text(part.headers, [row.cells for row in part.rows], line_end="\n")
    assert (part.sheet, len(part.rows)) == (sheet, rows)
    assert hashlib.sha256(text.encode()).hexdigest() == digest


def test_the_template_has_eleven_parts_in_order() -> None:
    """Parts are numbered 1 to 11, ten of figures and one of texts."""
    assert list(template().parts) == list(range(1, 12))
    assert [part.number for part in template().parts.values() if part.shape == "texts"] == [11]


def test_the_code_lists_have_their_official_sizes() -> None:
    """17 categories, 82 sub-category rows, 68 different keywords, 27 Member States, 24 languages."""
    shipped = template()
    keywords = [code for category in shipped.categories for _, code, _ in category.keywords]
    assert (len(shipped.categories), len(keywords), len(set(keywords))) == (17, 82, 68)
    assert (len(shipped.member_states), len(shipped.languages)) == (27, 24)


def test_a_filled_part_has_one_whole_block_per_member_state() -> None:
    """The block of a Member State has all rows of TOTAL, also the sub-category that the official placeholder lacks."""
    part = template().parts[3]
    rows = part.rows_for(("DE", "FR"))
    blocks = {scope: [row.key[1:] for row in rows if row.key[0] == scope] for scope in (TOTAL, "DE", "FR")}
    assert [len(block) for block in blocks.values()] == [91, 91, 91]
    assert blocks[TOTAL] == blocks["DE"] == blocks["FR"]
    assert ("STATEMENT_CATEGORY_PROTECTION_OF_MINORS", "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE") in blocks["DE"]
    assert {row.cells[part.index("scope")] for row in rows} == {TOTAL, "DE", "FR"}


def test_a_filled_part_gives_every_indicator_for_every_language() -> None:
    """Five indicators for each language of part 8, one for each of part 9, one for each Member State of part 10."""
    parts = template().parts
    assert len(parts[8].rows_for(template().languages)) == 20 + 5 * 24
    assert len(parts[9].rows_for(template().languages)) == 3 + 24
    assert len(parts[10].rows_for(tuple(template().member_states))) == 1 + 27
    assert ("recall", "sv") in {row.key for row in parts[8].rows_for(("sv",))}


def test_rows_of_a_filled_part_have_different_names() -> None:
    """No two rows of a filled part share their key, so that a cell can be named."""
    for part in template().parts.values():
        keys = [row.key for row in part.rows_for(("DE",) if part.expands == "member_states" else ("de",))]
        assert len(keys) == len(set(keys)), part.number


def test_only_other_rows_have_a_description_to_give() -> None:
    """The description column of parts 3 to 6 is filled in the rows of KEYWORD_OTHER and in no other."""
    for number in (3, 4, 5, 6):
        part = template().parts[number]
        at = part.index("other")
        assert {row.key[2] == OTHER for row in part.rows if row.cells[at]} == {True}
        assert all(row.cells[at] for row in part.rows if row.key[2] == OTHER)


def test_every_figure_has_its_contextual_column() -> None:
    """In parts 3 to 6 each figure has exactly one contextual column, and each median names the count it belongs to."""
    for number in (3, 4, 5, 6):
        columns = template().parts[number].columns
        figures = [column.key for column in columns if column.role == "figure"]
        assert [column.of for column in columns if column.role == "context"] == figures
        assert all(column.counted_by in figures for column in columns if column.type == "hours")


def test_restriction_columns_cover_the_codes_of_the_database() -> None:
    """Each restriction column of parts 5 and 6 has its codes, and no code stands in two columns."""
    shipped = template()
    columns = [column.key for column in shipped.parts[5].columns if column.restriction]
    codes = [code for held in shipped.restrictions.values() for code in held]
    assert columns == list(shipped.restrictions)
    assert len(codes) == len(set(codes)) == 16


def test_every_applicability_has_tiers() -> None:
    """The five labels of the first column, each with the kinds of provider that owe its rows."""
    shipped = template()
    assert len(shipped.applicability) == 5
    assert all(shipped.tiers[key] for key in shipped.applicability)
    assert "vlose" in shipped.tiers["vlops_and_vloses"]
    assert "vlose" not in shipped.tiers["vlops"]
