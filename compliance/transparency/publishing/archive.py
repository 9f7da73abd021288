"""What lies in public: files, folders, ZIP archives or addresses, taken as bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from compliance.errors import InputError, Place, UsageError
from compliance.transparency.packed import packed
from compliance.transparency.publishing.shown import Change

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from urllib.request import Request

MOST_BYTES = 256 * 1024 * 1024
MOST_FILES = 500
TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Found:
    """What was published against what was approved: whether they are equal, else what differs, and cells of it."""

    equal: bool
    notes: tuple[str, ...]
    cells: tuple[Change, ...] = ()


def fetched(sources: Sequence[str], *, plain_http: bool = False) -> Mapping[str, bytes]:
    """Name to bytes of every file found. InputError `PUB-SOURCE` where nothing can be had, or two files share a name."""
    content: dict[str, bytes] = {}
    for source in sources:
        for name, raw in _files(source, plain_http=plain_http):
            if name in {"", ".", ".."}:
                raise InputError(
                    "PUB-SOURCE", "a file without a name", hint="name the files themselves", place=Place(source)
                )
            if name in content and content[name] != raw:
                raise InputError(
                    "PUB-SOURCE", f"there are two different files called {name}", hint="name the files of one version"
                )
            content[name] = raw
            if len(content) > MOST_FILES or sum(map(len, content.values())) > MOST_BYTES:
                raise InputError(
                    "PUB-SOURCE",
                    "this is far more than a report",
                    hint="name the report's own files",
                    place=Place(source),
                )
    if not content:
        raise InputError("PUB-SOURCE", "there is no file", hint="name files, a folder, a ZIP archive or an address")
    return content


def _files(source: str, *, plain_http: bool) -> Iterator[tuple[str, bytes]]:
    address = urlsplit(source)
    if address.scheme in {"http", "https"}:
        raw = _download(source, plain_http=plain_http)
        name = unquote(Path(address.path).name) or "index.html"
        yield from _unpacked(Path(name).name, raw, source)
        return
    path = Path(source)
    try:
        if path.is_dir():
            for entry in sorted(path.rglob("*")):
                if entry.is_file():
                    yield from _unpacked(entry.name, entry.read_bytes(), str(entry))
        else:
            yield from _unpacked(path.name, path.read_bytes(), source)
    except OSError as error:
        raise InputError(
            "PUB-SOURCE", f"cannot be read: {error.strerror}", hint="name what was published", place=Place(source)
        ) from error


def _unpacked(name: str, raw: bytes, source: str) -> Iterator[tuple[str, bytes]]:
    """The file itself, or the members of a ZIP archive that is no workbook."""
    if not name.lower().endswith(".zip"):
        yield name, raw
        return
    with packed(raw, source, partial(_broken, source)) as opened:
        for entry in opened.infolist():
            if not entry.is_dir():
                yield Path(entry.filename).name, opened.read(entry)


def _broken(source: str, cause: str) -> InputError:
    return InputError(
        "PUB-SOURCE", f"not an archive that can be read: {cause}", hint="download it again", place=Place(source)
    )


def _download(address: str, *, plain_http: bool) -> bytes:
    from urllib.error import URLError
    from urllib.request import HTTPRedirectHandler, build_opener

    class Careful(HTTPRedirectHandler):
        """Follows a redirection only to an address that would have been taken itself."""

        def redirect_request(
            self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
        ) -> Request | None:
            _require_https(newurl, plain_http=plain_http)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    _require_https(address, plain_http=plain_http)
    try:
        with build_opener(Careful()).open(address, timeout=TIMEOUT_S) as answer:
            raw = bytes(answer.read(MOST_BYTES + 1))
    except (URLError, OSError, ValueError) as error:
        raise InputError(
            "PUB-SOURCE", f"cannot be fetched: {error}", hint="download it and name the file", place=Place(address)
        ) from error
    if len(raw) > MOST_BYTES:
        raise InputError(
            "PUB-SOURCE", "this is far more than a report", hint="name the report's own files", place=Place(address)
        )
    return raw


def _require_https(address: str, *, plain_http: bool) -> None:
    if urlsplit(address).scheme != "https" and not plain_http:
        raise UsageError(
            "PUB-HTTP",
            f"{address} is not reached by https: what comes back may be anybody's",
            hint="name the https address, or --plain-http where that is all there is",
        )
