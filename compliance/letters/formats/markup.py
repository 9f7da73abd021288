"""HTML bodies of mails as plain text: nothing is fetched, run or kept but words and their order."""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = {"script", "style", "head", "template", "noscript", "title", "object", "svg"}
_BREAKING = {
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "blockquote",
    "hr",
    "section",
    "article",
    "header",
    "footer",
}
_APART = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol"}


def text_of_html(html: str) -> str:
    """Words of HTML in order; blocks on their own lines, table cells separated by ` | `, list items numbered as shown."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects words; a hidden element and its children are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0
        self._hidden: list[str] = []
        self._lists: list[tuple[str, int]] = []
        self._cells = 0

    def text(self) -> str:
        lines = [" ".join(line.split()) for line in "".join(self._pieces).split("\n")]
        found: list[str] = []
        for line in lines:
            if line or (found and found[-1]):
                found.append(line)
        return "\n".join(found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        style = (given.get("style") or "").replace(" ", "").casefold()
        if (
            self._hidden
            or "display:none" in style
            or "visibility:hidden" in style
            or "font-size:0" in style
            or "hidden" in given
        ):
            if tag not in ("br", "img", "hr", "meta", "input", "link"):
                self._hidden.append(tag)
            return
        if tag in _SILENT:
            self._silent += 1
        elif tag in ("td", "th"):
            self._pieces.append(" | " if self._cells else "")
            self._cells += 1
        elif tag in _BREAKING:
            self._pieces.append("\n\n" if tag in _APART else "\n")
        if tag in ("ol", "ul"):
            start = given.get("start") or "1"
            self._lists.append((given.get("type") or "1" if tag == "ol" else "", int(start) if start.isdigit() else 1))
        elif tag == "li" and self._lists:
            self._pieces.append(self._item(given.get("value")))
        elif tag == "tr":
            self._cells = 0

    def _item(self, value: str | None) -> str:
        form, number = self._lists[-1]
        number = int(value) if value and value.isdigit() else number
        self._lists[-1] = (form, number + 1)
        if not form:
            return "- "
        from compliance.letters.formats.numbering import counted

        names = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
        shown = counted(number, names.get(form, "decimal"))
        return f"({shown}) " if form in names else f"{shown}. "

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                while self._hidden.pop() != tag:
                    pass
            return
        if tag in _SILENT and self._silent:
            self._silent -= 1
        elif tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        if tag in _BREAKING:
            self._pieces.append("\n\n" if tag in _APART else "\n")

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._hidden:
            self._pieces.append(data.replace("\r", " ").replace("\n", " "))
