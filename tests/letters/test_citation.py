"""Articles as the languages cite them, and what each citation is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.letters.citation import find_citations
from tests.letters.sample import Commission, read

_DSA = "32022R2065"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Article 67(1) and (2) of Regulation (EU) 2022/2065", ["67(1)", "67(2)"]),
        ("Articles 16, 17 and 38 DSA", ["16", "17", "38"]),
        ("Articles 34 to 36 DSA", ["34", "35", "36"]),
        ("Articles 34-36 of Regulation (EU) 2022/2065", ["34", "35", "36"]),
        ("point (a) of Article 51(1) DSA", ["51(1)(a)"]),
        ("Article 51(1), point (a), of Regulation (EU) 2022/2065", ["51(1)(a)"]),
        ("Article 51(2) and Article 52 of Regulation (EU) 2022/2065", ["51(2)", "52"]),
        ("Articles 9(1), 10(2)(b) and 12 DSA", ["9(1)", "10(2)(b)", "12"]),
        ("under Article 16 DSA 200 notices", ["16"]),
        ("l'article 51, paragraphe 1, point a), du règlement (UE) 2022/2065", ["51(1)(a)"]),
        ("aux articles 51, paragraphe 2, et 52 du règlement (UE) 2022/2065", ["51(2)", "52"]),
        ("Artikel 51 Absatz 1 Buchstabe a der Verordnung (EU) 2022/2065", ["51(1)(a)"]),
        ("Art. 16 Absätze 1 und 6 der Verordnung (EU) 2022/2065", ["16(1)", "16(6)"]),
        ("Artikel 16 und 20 der Verordnung (EU) 2022/2065", ["16", "20"]),
        ("Art. 67 Abs. 2 DSA", ["67(2)"]),
        ("artículo 51, apartado 1, letra a), del Reglamento (UE) 2022/2065", ["51(1)(a)"]),
        ("artículos 14.3 y 20.1 del Reglamento (UE) 2022/2065", ["14(3)", "20(1)"]),
        ("articolo 51, paragrafo 1, lettera a), del regolamento (UE) 2022/2065", ["51(1)(a)"]),
        ("artikel 51, lid 1, punt a), van Verordening (EU) 2022/2065", ["51(1)(a)"]),
        ("art. 51 ust. 1 lit. a) rozporządzenia (UE) 2022/2065", ["51(1)(a)"]),
        ("artigo 51.º, n.º 1, alínea a), do Regulamento (UE) 2022/2065", ["51(1)(a)"]),
        ("Article 16 of Regulation (EU) No 2065/2022", ["16"]),
    ],
)
def test_forms_of_citation(text: str, expected: list[str]) -> None:
    """Lists, ranges, paragraphs and points come out as CELEX and article."""
    assert [each.reference for each in find_citations(f"Text {text}. More.", None)] == [
        f"{_DSA}:{each}" for each in expected
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Article 3 of Regulation (EU) 2021/784", "32021R0784:3"),
        ("Article 23(4)(c) of Directive (EU) 2022/2555", "32022L2555:23(4)(c)"),
        ("Article 263 of the Treaty on the Functioning of the European Union", "12012E:263"),
        ("§ 26 Absatz 1 VwVfG", "nat:DE:VwVfG:26(1)"),
        ("l'article 6-3 de la loi n° 2011-302", "nat:DE:loi-2011-302:6-3"),
        ("Article 12 of Regulation (EU) 2031/77", "eu:2031/77:12"),
    ],
)
def test_other_acts(text: str, expected: str) -> None:
    """Other Union acts, treaties and national acts keep their own names."""
    assert [each.reference for each in find_citations(text, "DE")] == [expected]


def test_a_bare_article_takes_the_act_that_the_letter_gives_it() -> None:
    """A defined short name, the act cited with the same article, then the main act of the letter."""
    text = (
        "Under Article 3 of Regulation (EU) 2021/784 ('the Order Regulation') you shall act. See Article 6 of the Order Regulation. "
        "Under Article 23(4) of Directive (EU) 2022/2555 report; the report under Article 23(4)(d) is due. Article 18 applies. "
        "Article 4(1) of the Order Regulation."
    )
    assert [each.reference for each in find_citations(text, None)] == [
        "32021R0784:3",
        "32021R0784:6",
        "32022L2555:23(4)",
        "32022L2555:23(4)(d)",
        "32021R0784:18",
        "32021R0784:4(1)",
    ]


def test_the_basis_stands_apart_from_what_is_examined_and_from_sanctions(tmp_path: Path) -> None:
    """Only the power used is a basis; articles assessed are cited, fines are sanctions."""
    letter = read(tmp_path, Commission().text())
    assert letter.legal_bases == (f"{_DSA}:67(2)",)
    assert letter.cited_articles == tuple(f"{_DSA}:{each}" for each in ("16", "20", "34", "74(2)"))
    assert letter.sanctions == (f"{_DSA}:74(2)",)
    assert (letter.kind, letter.binding) == ("rfi_simple", False)


def test_a_decision_that_mentions_an_earlier_simple_request_is_a_decision(tmp_path: Path) -> None:
    """A power named for an earlier letter, or as a threat, is no basis of this one."""
    basis = "Article 67(3) of Regulation (EU) 2022/2065"
    text = (
        Commission(basis=basis)
        .text()
        .replace(
            "2. Fines",
            "2. By a simple request of 3 March 2026 under Article 67(2) DSA we asked before. The Commission may act under Article 69 DSA. Fines",
        )
    )
    letter = read(tmp_path, text)
    assert (letter.legal_bases, letter.kind, letter.binding) == ((f"{_DSA}:67(3)",), "rfi_decision", True)


def test_a_letter_that_denies_being_a_request_binds_nobody(tmp_path: Path) -> None:
    """A negated article is noted as such; without a power the letter is correspondence, its demands still found."""
    text = (
        "EUROPEAN COMMISSION\nMember of the Commission\n\nBrussels, 2 June 2026\nRef. CAB/7/2026\n\nTo: The Director, Tern Ltd.\n\n"
        "Subject: Your duties\n\nDear Director,\n\nI recall Articles 34 and 35 of Regulation (EU) 2022/2065. "
        "Fines under Article 74 remain available. This letter is not a request within the meaning of Article 67.\n\n"
        "First, please describe your measures. Second, please state how many users saw the broadcast.\n\nYours sincerely,\n"
    )
    letter = read(tmp_path, text)
    assert (letter.kind, letter.binding, letter.legal_bases) == ("political_letter", False, ())
    assert letter.negated_articles == (f"{_DSA}:67",)
    assert [question.number for question in letter.questions] == ["1", "2"]


@pytest.mark.parametrize(
    ("sender", "home", "binding", "competence"),
    [
        ("Arcom\nParis", "FR", True, "sound"),
        ("Arcom\nParis", "IE", None, "doubtful"),
        ("Coimisiún na Meán\nDublin", "IE", True, "sound"),
    ],
)
def test_a_coordinator_binds_only_at_home(
    tmp_path: Path, sender: str, home: str, binding: bool | None, competence: str
) -> None:
    """DSA Arts 51 and 56: a Coordinator of another Member State leaves the force of the letter to a person."""
    text = (
        f"{sender}, 4 May 2026\nRef. C/1/2026\n\nTo: Tern Ltd.\n\nSubject: Request\n\nUnder Article 51(1)(a) of Regulation (EU) "
        "2022/2065 you are requested to provide the following.\n\n1. State the number of notices.\n\n2. Provide the procedure.\n"
    )
    letter = read(tmp_path, text, received_at="2026-05-05T09:00:00+02:00", addressee_member_state=home)
    assert (letter.binding, letter.competence) == (binding, competence)
    assert ("binding" in letter.to_confirm) is (binding is None)


def test_a_draft_binds_nobody(tmp_path: Path) -> None:
    """A draft sent for comments sets no time limit for the answer."""
    text = (
        Commission(basis="Article 67(3) of Regulation (EU) 2022/2065")
        .text()
        .replace("Directorate-General for Tests", "Draft decision, for comments only")
    )
    letter = read(tmp_path, text)
    assert (letter.draft, letter.binding) == (True, False)
    assert "draft" in letter.to_confirm["kind"]


def test_national_articles_join_the_union_basis_they_stand_beside(tmp_path: Path) -> None:
    """An order that rests on Union and national law names both."""
    text = (
        "Prosecutor of Tests, Valletta, Malta\nRef: P/3/26\nDate: 4 May 2026\nTo: Tern Ltd.\n\nORDER TO PROVIDE INFORMATION\n\n"
        "pursuant to Article 10 of Regulation (EU) 2022/2065 and Article 12(2) of the Police Code of Malta\n\n"
        "Please provide:\n\n(a) the name of the account holder;\n\n(b) the IP addresses used.\n\nSee Article 10(5).\n"
    )
    letter = read(tmp_path, text)
    assert letter.legal_bases == (f"{_DSA}:10", "nat:MT:police-code:12(2)")
    assert (letter.kind, letter.binding) == ("order_information", True)
