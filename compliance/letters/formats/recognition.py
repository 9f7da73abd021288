"""Words of a scanned letter, by the optional extra `ocr` (pytesseract, and the program tesseract with its language data).

A machine that guesses letters from a picture makes mistakes that look right, such as another day or another article. So every
value read this way is unsure, and a person is asked about each.
"""

from __future__ import annotations

import io
import shutil
from importlib.util import find_spec
from typing import Any

from compliance.errors import LetterError, Place

MAX_PAGES = 60
LANGUAGES = ("eng", "fra", "deu", "spa", "ita", "nld", "pol", "por")
"""Languages of letters, as tesseract calls them; those it has data for are used."""
NOTE = "the letter is a scan and was read by text recognition: compare every value with the picture"


def can_recognise() -> bool:
    """Whether the extra and the program are there."""
    return bool(find_spec("pytesseract") and find_spec("PIL") and shutil.which("tesseract"))


def words_of_scan(content: bytes, place: Place) -> str:
    """Text of a PDF whose pages are pictures, a form feed between pages. LetterError `LET-SCAN` where nothing can be made out."""
    import pikepdf
    import pytesseract  # type: ignore[import-untyped,unused-ignore]

    known = set(pytesseract.get_languages(config=""))
    languages = "+".join(name for name in LANGUAGES if name in known)
    try:
        with pikepdf.open(io.BytesIO(content)) as file:
            if len(file.pages) > MAX_PAGES:
                raise _unread(f"the scan has {len(file.pages)} pages; up to {MAX_PAGES} are recognised", place)
            pages = [_words(page, pytesseract, languages) for page in file.pages]
    except (pikepdf.PdfError, pytesseract.TesseractError, OSError, ValueError, NotImplementedError) as error:
        raise _unread(
            "text recognition failed: the pictures of its pages cannot be taken out of the file", place
        ) from error
    text = "\f".join(pages)
    if not any(character.isalpha() for character in text):
        raise _unread("text recognition made out no word", place)
    return text


def _words(page: Any, engine: Any, languages: str) -> str:
    """Words of the largest picture of a page, turned as the page is."""
    import pikepdf

    pictures = sorted(page.get_images().values(), key=lambda image: int(image.Width) * int(image.Height))
    if not pictures:
        return ""
    shown = pikepdf.PdfImage(pictures[-1]).as_pil_image()
    turned = int(page.obj.get("/Rotate", 0))
    return str(engine.image_to_string(shown.rotate(-turned, expand=True) if turned else shown, lang=languages or None))


def _unread(cause: str, place: Place) -> LetterError:
    return LetterError(
        "LET-SCAN", cause, place=place, hint="ask the sender for a text version, or type the letter off into a txt file"
    )
