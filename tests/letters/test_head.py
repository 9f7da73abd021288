"""Reference, date, sender, addressee and subject among all the other numbers and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.letters.read import read_letter
from tests.letters.sample import Commission, mail_of, pdf_of, read, save


@pytest.mark.parametrize(
    ("block", "reference", "others"),
    [
        ("Our ref: AB/12/2026   Your ref: TERN-7", "AB/12/2026", ("TERN-7",)),
        ("N/Réf. : DPX/2026-0444/KL\nV/Réf. : TN-3", "DPX/2026-0444/KL", ("TN-3",)),
        ("Ihr Zeichen: TN-2026-9\nUnser Geschäftszeichen: DSC7-9001/26-002", "DSC7-9001/26-002", ("TN-2026-9",)),
        ("S/Ref.: TN-88\nN/Ref.: REQ/041/26", "REQ/041/26", ("TN-88",)),
        ("Vs. rif.: TN-88\nProt. n. 0099887/2026", "0099887/2026", ("TN-88",)),
        ("Ref. Ares(2026)778899 - 04/05/2026", "Ares(2026)778899", ()),
        (
            "File: 44/B\nReference: X-1/2026 (your notification of 3 May 2026, TN-NIS-5)",
            "X-1/2026",
            ("44/B", "TN-NIS-5"),
        ),
        ("CAB-K/26/0044-XY", "CAB-K/26/0044-XY", ()),
    ],
)
def test_one_reference_among_several_numbers(
    tmp_path: Path, block: str, reference: str, others: tuple[str, ...]
) -> None:
    """The authority's own number is the reference; ours and files are kept apart."""
    text = f"Authority of Tests\nDublin, 4 May 2026\n{block}\n\nTo: Tern Ltd.\n\nSubject: Request\n\nDear Provider,\n\nPlease describe the service.\n"
    letter = read(tmp_path, text)
    assert letter.reference == reference
    assert set(others) <= set(letter.other_references)
    assert reference not in letter.other_references


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Brussels, 13 May 2026", "2026-05-13"),
        ("Date: 7 October 2026", "2026-10-07"),
        ("Paris, le 1er juin 2026", "2026-06-01"),
        ("Bonn, den 4. Mai 2026", "2026-05-04"),
        ("Madrid, a 9 de marzo de 2026", "2026-03-09"),
        ("Roma, 30 marzo 2026", "2026-03-30"),
        ("Datum: 05.06.2026", "2026-06-05"),
        ("2026-07-08", "2026-07-08"),
        ("Brussels, 14.10.2026", "2026-10-14"),
    ],
)
def test_the_date_of_the_letter(tmp_path: Path, line: str, day: str) -> None:
    """Labelled, beside a place, or alone - and not the dates in the text."""
    filler = {
        "Paris": "Nous vous prions de transmettre les informations pour la période.",
        "Bonn": "Wir bitten Sie um die Auskunft zu der Bearbeitung von Meldungen.",
        "Datum": "Wir bitten Sie um die Auskunft zu der Bearbeitung von Meldungen.",
        "Madrid": "Se requiere la información que se indica en el escrito.",
        "Roma": "Si chiede di fornire le informazioni che sono indicate nella nota.",
    }
    prose = next(
        (text for name, text in filler.items() if line.startswith(name)),
        "I refer to your letter of 3 February 2025 and ask you for the following.",
    )
    letter = read(tmp_path, f"Authority of Tests\n{line}\nRef. A/1/26\n\nTern Ltd.\n\n{prose}\n")
    assert str(letter.date) == day


@pytest.mark.parametrize(
    ("head", "name", "code", "country"),
    [
        ("EUROPEAN COMMISSION\nDirectorate-General for Tests", "European Commission", "EC", "EU"),
        ("COMMISSION EUROPÉENNE\nMembre de la Commission", "Commission européenne", "EC", "EU"),
        ("Bundesnetzagentur\nReferat DSC 9, Bonn", "Bundesnetzagentur", "DE-BNETZA", "DE"),
        ("AUTORITÀ PER LE GARANZIE NELLE COMUNICAZIONI\nRoma", "AGCOM", "IT-AGCOM", "IT"),
        ("Coimisiún na Meán, Dublin", "Coimisiún na Meán", "IE-CNAM", "IE"),
        (
            "OFFICE OF THE STATE PROSECUTOR - FRAUD SECTION (fictional)\nValletta, Malta",
            "Office of the State Prosecutor",
            "MT-SP",
            "MT",
        ),
        ("NATIONAL CYBER SECURITY INCIDENT TEAM - CSIRT, Tallinn", "CSIRT", "EE-CSIRT", "EE"),
        ("Cyber Police of Tests, Lisbon, Portugal", "Cyber Police of Tests", "PT-POLICE", "PT"),
    ],
)
def test_senders_in_the_list_and_outside(tmp_path: Path, head: str, name: str, code: str, country: str) -> None:
    """Listed authorities by any of their names; others by what they call themselves, marked as likely."""
    letter = read(
        tmp_path,
        f"{head}\n4 May 2026\nRef. A/1/26\n\nTo: Tern Ltd.\n\nSubject: Request\n\nDear Provider,\n\nPlease describe the service.\n",
    )
    assert (letter.sender.authority, letter.sender.authority_id, letter.sender.country) == (name, code, country)


@pytest.mark.parametrize(
    ("head", "body", "name"),
    [
        (
            "COMMISSION EUROPÉENNE",
            "Veuillez décrire les mesures que vous avez prises pour le service.",
            "Commission européenne",
        ),
        (
            "Europäische Kommission",
            "Bitte beschreiben Sie die Maßnahmen, die Sie für den Dienst ergriffen haben.",
            "Europäische Kommission",
        ),
        (
            "Komisja Europejska",
            "Prosimy o opisanie środków, które zostały podjęte w celu ochrony.",
            "Komisja Europejska",
        ),
        (
            "European Commission",
            "Please describe the measures that you have taken for the service.",
            "European Commission",
        ),
    ],
)
def test_an_institution_bears_the_name_of_its_letter(tmp_path: Path, head: str, body: str, name: str) -> None:
    """The Commission is called as its letter calls it, and known by the same identifier in every language."""
    letter = read(tmp_path, f"{head}\n\n7.9.2026\n\nRef. A/1/26\n\n{body}\n")
    assert (letter.sender.authority, letter.sender.authority_id) == (name, "EC")


def test_a_copy_or_addressee_is_no_sender(tmp_path: Path) -> None:
    """Another authority named in a copy line or a recital does not become the sender."""
    text = Commission().text() + "\nCopy: Coimisiún na Meán, Dublin\n"
    assert read(tmp_path, text).sender.authority_id == "EC"


def test_addressee_subject_unit_and_role(tmp_path: Path) -> None:
    """The company with its legal form, the subject line, the smallest unit, and the role that signs."""
    letter = read(tmp_path, Commission().text())
    assert letter.addressee == "Kestrel Social Unlimited Company"
    assert (
        letter.subject
        == "Case DSA.100555 - Request for information pursuant to Article 67(2) of Regulation (EU) 2022/2065"
    )
    assert letter.case == "DSA.100555"
    assert letter.sender.unit == "Directorate-General for Tests"
    assert letter.sender.signatory_role == "Head of Unit"


def test_a_form_is_read_by_its_rows(tmp_path: Path) -> None:
    """Labels and entries of a removal order give reference, date, sender and addressee."""
    text = (
        "REMOVAL ORDER\n\nIssued under Article 3 of Regulation (EU) 2021/784 ('the Regulation').\n\nSECTION A: Issue\n\n"
        "Item | Entry\nMember State of issuing authority | Sweden\nAddressee | Tern Hosting AB, Malmö\n"
        "Time and date of issuing of the removal order | 2 June 2026, 09:30 CEST\nReference number of the removal order | TCO-SE-26-0099\n\n"
        "SECTION B: Terrorist content to be removed\n\n1. https://tern.example/a/1\n\n2. https://tern.example/a/2\n\n"
        "SECTION E: Issuing authority\n\nItem | Entry\nName | Digital Unit, National Police of Tests, Sweden\nFile reference | K-77/26\n"
    )
    letter = read(tmp_path, text)
    assert (letter.reference, str(letter.date), letter.addressee) == ("TCO-SE-26-0099", "2026-06-02", "Tern Hosting AB")
    assert (letter.sender.authority, letter.sender.unit, letter.sender.country) == (
        "National Police of Tests",
        "Digital Unit",
        "SE",
    )
    assert [(question.number, question.type) for question in letter.questions if question.number] == [
        ("B.1", "action_order"),
        ("B.2", "action_order"),
    ]
    assert letter.other_references == ("K-77/26",)
    assert letter.entities == ("https://tern.example/a/1", "https://tern.example/a/2")


def test_the_same_letter_says_the_same_in_every_format(tmp_path: Path) -> None:
    """Text, PDF and mail give one reading."""
    text = Commission().text()
    letters = [
        read_letter(save(tmp_path, text)),
        read_letter(pdf_of(tmp_path / "letter.pdf", text)),
        read_letter(mail_of(tmp_path / "letter.eml", plain=text)),
    ]
    seen = {
        (
            letter.reference,
            letter.case,
            letter.date,
            letter.sender.authority_id,
            letter.kind,
            letter.legal_bases,
            tuple(question.number for question in letter.questions),
            letter.deadline and letter.deadline.instant,
            letter.period and letter.period.end,
        )
        for letter in letters
    }
    assert len(seen) == 1


def test_every_value_says_where_it_stands(tmp_path: Path) -> None:
    """A mark's characters are the words the value came from, and its line is the file's."""
    path = save(tmp_path, Commission().text())
    letter = read_letter(path)
    mark = letter.marks["reference"]
    assert letter.text[mark.start : mark.end] == letter.reference
    assert path.read_text("utf-8").splitlines()[mark.line - 1] == "Ref. Ares(2026)5550123"
    limit = letter.marks["deadlines.D1"]
    assert letter.text[limit.start : limit.end] == "by 17:00 Brussels time on 12 June 2026"


def test_reading_is_repeatable(tmp_path: Path) -> None:
    """The same file gives an equal letter."""
    assert read(tmp_path, Commission().text()) == read(tmp_path, Commission().text())
