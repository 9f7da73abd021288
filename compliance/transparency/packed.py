"""Packed files (archives, workbooks): opened with care, so that no damage in them reaches a user as anything but words."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from compliance.errors import InputError, Place
from compliance.transparency.remark import shown

MAX_UNPACKED = 400 * 1024 * 1024
"""Bytes that a packed file may unpack to; beyond it is a bomb, not a report."""
MAX_MEMBERS = 5000
DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError)
"""What reading a packed file raises where it is cut, damaged, locked, or packed in a way that is not known."""


@contextmanager
def packed(content: bytes, source: str, refused: Callable[[str], InputError]) -> Iterator[zipfile.ZipFile]:
    """The packed file, open. Whatever its damage raises inside becomes `refused(cause)`; InputError `TRP-UNSAFE` for a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            _refuse_bomb(opened.infolist(), source)
            yield opened
    except DAMAGE as error:
        raise refused(shown(str(error) or type(error).__name__)) from error


def _refuse_bomb(members: list[zipfile.ZipInfo], source: str) -> None:
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise InputError(
            "TRP-UNSAFE",
            f"the file would unpack to more than {MAX_UNPACKED // 1024**2} MB or {MAX_MEMBERS} members",
            hint="a transparency report is far smaller; is this the right file?",
            place=Place(source),
        )
