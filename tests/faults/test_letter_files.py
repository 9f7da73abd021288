"""Letters that cannot be read, or should not be believed."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import docx
import pytest

from compliance.errors import LetterError
from compliance.letters.formats import MAX_BYTES, read_document
from compliance.letters.read import read_letter
from compliance.letters.request import from_letter
from tests.conftest import Run
from tests.letters.sample import Commission, mail_of, read, save, save_pdf


def _code(path: Path) -> str:
    with pytest.raises(LetterError) as caught:
        read_document(path)
    assert caught.value.hint
    assert caught.value.place is not None
    return caught.value.code


def test_a_scan_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF without a text layer names the cause and text recognition as the next step."""
    monkeypatch.setattr("compliance.letters.formats.recognition.can_recognise", lambda: False)
    path = save_pdf(tmp_path / "scan.pdf", [[]])
    with pytest.raises(LetterError, match="no text layer") as caught:
        read_document(path)
    assert (caught.value.code, "OCR" in caught.value.hint) == ("LET-SCAN", True)


def test_a_pdf_with_a_password(tmp_path: Path) -> None:
    """A locked PDF is named as such."""
    assert _code(save_pdf(tmp_path / "locked.pdf", [[(56, 80, "secret")]], password="x")) == "LET-PASSWORD"


def test_broken_files(tmp_path: Path) -> None:
    """Truncated PDF and docx, a name that lies, an archive that is no document."""
    whole = save_pdf(tmp_path / "whole.pdf", [[(56, 80, "text")]]).read_bytes()
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(whole[:120])
    assert _code(cut) in ("LET-BROKEN", "LET-SCAN")
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04" + b"\x00" * 200)
    assert _code(broken) == "LET-BROKEN"
    other = tmp_path / "other.docx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert _code(other) == "LET-BROKEN"
    lying = tmp_path / "lying.pdf"
    lying.write_text("plain text")
    assert _code(lying) == "LET-BROKEN"


def test_damage_is_told_in_words(tmp_path: Path) -> None:
    """A broken PDF or docx is described without the names of a library's errors: what is wrong, where, and the next step."""
    whole = save_pdf(tmp_path / "whole.pdf", [[(56, 80, "text")]]).read_bytes()
    cut, scrambled, word = tmp_path / "cut.pdf", tmp_path / "scrambled.pdf", tmp_path / "letter.docx"
    cut.write_bytes(whole[:30])
    scrambled.write_bytes(b"%PDF-1.4\nnothing that belongs here\nstartxref\n7\n%%EOF\n")
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("word/document.xml", "<no document")
    for path, words in (
        (cut, "breaks off after 30 bytes"),
        (scrambled, "cannot be taken out"),
        (word, "cannot be taken"),
    ):
        with pytest.raises(LetterError, match=words) as caught:
            read_document(path)
        assert caught.value.code == "LET-BROKEN"
        assert caught.value.place is not None
        assert caught.value.hint
        assert not re.search(r"[a-z](?:Error|Exception)", str(caught.value))


def test_a_docx_that_unpacks_to_too_much(tmp_path: Path) -> None:
    """A zip bomb is refused before it is unpacked."""
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (200 * 1024 * 1024))
    assert _code(path) == "LET-BOMB"


def test_a_docx_that_declares_entities(tmp_path: Path) -> None:
    """Entity tricks in its XML do not expand and do not reach out."""
    file = tmp_path / "plain.docx"
    document = docx.Document()
    document.add_paragraph("hello")
    document.save(str(file))
    path = tmp_path / "entities.docx"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "word/document.xml":
                evil = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
                content = content.replace(b"?>", b"?>" + evil, 1).replace(b"hello", b"hello &x;")
            target.writestr(entry, content)
    assert read_document(path).text.strip() == "hello"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "LET-EMPTY"),
        ("blank.txt", b" \n\n \n", "LET-EMPTY"),
        ("numbers.txt", b"1 2 3\n", "LET-EMPTY"),
        ("binary.txt", bytes(range(256)) * 20, "LET-BINARY"),
        ("letter.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "LET-FORMAT"),
        ("letter.xyz", b"some text", "LET-FORMAT"),
        ("nothing.eml", b"\n\n", "LET-EMPTY"),
        ("headless.eml", b"just words without headers\n", "LET-BROKEN"),
    ],
)
def test_files_that_hold_no_letter(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    """Empty, blank, binary, unknown and headless files each get their code."""
    path = tmp_path / name
    path.write_bytes(content)
    assert _code(path) == code


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    """What is not there, or is no file, is unreadable."""
    assert _code(tmp_path / "none.pdf") == "LET-UNREADABLE"
    assert _code(tmp_path) == "LET-UNREADABLE"


def test_a_letter_of_too_many_pages(tmp_path: Path) -> None:
    """500 pages are read; more than 600 are refused with their number, before they are read."""
    pages = [[(56, 300, f"Sentence {number} of a long letter.")] for number in range(601)]
    assert "Sentence 499" in read_document(save_pdf(tmp_path / "500.pdf", pages[:500])).text
    path = save_pdf(tmp_path / "long.pdf", pages)
    with pytest.raises(LetterError, match="601 pages") as caught:
        read_document(path)
    assert caught.value.code == "LET-LONG"


def test_a_huge_file(tmp_path: Path) -> None:
    """A mail beyond the size limit is refused by its size."""
    path = tmp_path / "huge.eml"
    with path.open("wb") as out:
        out.truncate(MAX_BYTES + 1)
    assert _code(path) == "LET-LARGE"


def test_a_mail_whose_letter_is_attached(tmp_path: Path) -> None:
    """A mail without text points to its attachment."""
    path = mail_of(tmp_path / "empty.eml", plain=" ", attach="order.pdf")
    with pytest.raises(LetterError, match=r"order\.pdf") as caught:
        read_document(path)
    assert caught.value.code == "LET-NO-BODY"


def test_a_mail_from_nobody_is_read(tmp_path: Path) -> None:
    """A sender of one character, or none, is no name: the request is still made, and the sender is asked."""
    for name, sender in (("one.eml", "From: a\n"), ("none.eml", "Subject: x\n")):
        path = tmp_path / name
        path.write_bytes(
            sender.encode() + b"Content-Type: text/html; charset=klingon\n\n<p>!</p><p>Please answer.</p>\n"
        )
        request = from_letter(read_letter(path))
        assert len(request.sender.authority) > 1
        assert "sender" in {each.field for each in request.to_confirm}


def test_damaged_headers_and_charsets_do_not_stop_reading(tmp_path: Path) -> None:
    """An unknown charset, a senseless date and a broken encoding still give the words."""
    path = tmp_path / "odd.eml"
    body = b"Please describe the service and state the number of users that it had in the month of May of this year, in words.\n"
    path.write_bytes(
        b"From: =?x-none?q?A=ZZ?= <a@b.example>\nDate: never\nContent-Type: text/plain; charset=x-unknown\n\n" + body
    )
    assert "describe the service" in read_document(path).text


def test_hostile_markup_leaves_only_words(tmp_path: Path) -> None:
    """Scripts, comments, unclosed tags and deep nesting of an HTML mail do no harm."""
    html = (
        "<div>" * 3000
        + "<script>steal()</script><!-- <p>no</p> --><p onclick='x()'>Please describe the service &lt;b&gt; in full, and state the number of users that it has in each Member State now."
    )
    text = read_document(mail_of(tmp_path / "hostile.eml", html=html)).text
    assert text.startswith("Please describe the service <b>")
    assert "steal" not in text


def test_an_unsupported_language_is_said(tmp_path: Path) -> None:
    """Finnish is not read: the language is named and every field is put to a person."""
    text = (
        "Poliisihallitus\nHelsinki\n\nPyydämme teitä toimittamaan seuraavat tiedot viimeistään kuukauden kuluessa tämän kirjeen vastaanottamisesta. "
        "Tiedot ovat tarpeen rikoksen selvittämiseksi, eikä niitä saa luovuttaa ulkopuolisille ilman lupaa. Kiitos yhteistyöstä.\n"
    )
    letter = read(tmp_path, text)
    assert letter.language == "fi"
    assert {"language", "kind", "deadline", "questions", "legal_bases"} <= set(letter.to_confirm)


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path, run: Run) -> None:
    """Escape sequences of a letter are not printed by the triage page or the request."""
    text = Commission().text().replace("State the number", "State \x1b[31mthe\x1b]0;x\x07 number")
    path = save(tmp_path, text)
    assert "\x1b" not in run("letter", "triage", path).out
    assert "\x1b" not in run("letter", "read", path).out


def test_no_traceback_for_any_of_it(tmp_path: Path, run: Run) -> None:
    """The command ends with exit code 3, a code and a next step."""
    path = tmp_path / "empty.pdf"
    path.write_bytes(b"")
    ran = run("letter", "read", path)
    assert ran.code == 3
    assert "LET-EMPTY" in ran.err
    assert "Traceback" not in ran.err


def test_many_numbers_and_brackets_are_read_in_time(tmp_path: Path) -> None:
    """A long letter of nothing but dates, brackets and numbers is read, and asks nothing."""
    text = Commission(questions=()).text() + "\n".join(
        "(1) 3 May 2026 (((( 12, 13, 14 and 15 Article 16(1)(a)(i), (ii) - A/1/2 " * 4 for _ in range(300)
    )
    assert read_letter(save(tmp_path, text)).reference == "Ares(2026)5550123"
