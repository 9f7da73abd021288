"""A stream to a person's eyes: no text from a log, a letter or a file name steers the terminal."""

from __future__ import annotations

import io

from compliance.errors import plain


class Screen(io.TextIOWrapper):
    """UTF-8, line by line; control and direction characters are written out, except those that lay out lines."""

    def write(self, text: str) -> int:
        """Write the text and return its length."""
        super().write(plain(text, kept="\n\r\t"))
        return len(text)


def screened(stream: io.TextIOWrapper) -> Screen:
    """The same stream, screened; the old one can no longer be used."""
    return Screen(stream.detach(), encoding="utf-8", errors="backslashreplace", line_buffering=True)
