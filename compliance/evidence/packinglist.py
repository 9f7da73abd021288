"""What lies beside the files of a delivery: the index, a list of digests for `sha256sum -c`, and how to put the bundle together."""

from __future__ import annotations

import csv
import hashlib
import io
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

INDEX, WORKBOOK, SUMS, RESTORE = "INDEX.csv", "INDEX.xlsx", "SHA256SUMS", "RESTORE.md"
OWN = (INDEX, WORKBOOK, RESTORE, SUMS)
"""Files of the delivery itself; they go into the first transmission."""
HEADINGS = (
    "number",
    "delivered_name",
    "bundle_path",
    "part",
    "parts",
    "transmission",
    "bytes",
    "sha256",
    "whole_sha256",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it is delivered: a file of the bundle, or one part of it where it is larger than a transfer service takes."""

    number: int
    name: str
    path: str
    part: int
    parts: int
    transmission: int
    size: int
    sha256: str
    whole: str
    """SHA-256 of the file of the bundle; that of the part where there is one only."""

    def row(self) -> tuple[int | str, ...]:
        """Values in the order of the headings."""
        return (
            self.number,
            self.name,
            self.path,
            self.part,
            self.parts,
            self.transmission,
            self.size,
            self.sha256,
            self.whole,
        )


def index_csv(files: Sequence[Sent]) -> bytes:
    """INDEX.csv: one row for each delivered file, the parts of one file in their order (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows(each.row() for each in files)
    return text.getvalue().encode("utf-8")


def sums_list(files: Sequence[Sent], own: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS: digest and name of each delivered file and of those in `own`, as `sha256sum -c` reads it."""
    rows = [(each.sha256, each.name) for each in files]
    rows += [(hashlib.sha256(own[name]).hexdigest(), name) for name in OWN if name in own and name != SUMS]
    return "".join(f"{digest}  {name}\n" for digest, name in rows).encode("utf-8")


def index_workbook(files: Sequence[Sent], facts: Sequence[tuple[str, str]]) -> bytes:
    """The index for people: read-me first, then one table; fixed times, so that the same bundle gives the same bytes."""
    from compliance.evidence.tablebook import tablebook

    again = ("Putting it together again", f"see {RESTORE}; the bundle itself is checked as its VERIFY.md says")
    rows = [each.row() for each in files]
    return tablebook({"Read me": (("item", "content"), [*facts, again]), "Files": (HEADINGS, rows)})


_PAGE = """# How to put the bundle together again

Save the files of all transmissions in one folder and check there that each arrived as it was sent:

    sha256sum --check --strict --quiet SHA256SUMS

Then, with Python 3 and nothing else:

    python3 - <<'END'
    import csv, pathlib, shutil
    for row in csv.DictReader(open("INDEX.csv", newline="", encoding="utf-8")):
        place = pathlib.Path("bundle") / row["bundle_path"]
        place.parent.mkdir(parents=True, exist_ok=True)
        with open(row["delivered_name"], "rb") as part, open(place, "wb" if row["part"] == "1" else "ab") as whole:
            shutil.copyfileobj(part, whole)
    END

Then check `bundle/` as its own `VERIFY.md` says. `INDEX.csv` gives the SHA-256 of every file as it was sent, and of the whole file that it
is a part of. With the sender's software, `compliance verify FOLDER` checks and puts together by itself.
"""
_PARTS = """
## Files that were sent in parts

Larger than the transfer service takes, and so cut by bytes. Without Python, each is put together by one line:

"""


def restore_page(files: Sequence[Sent]) -> bytes:
    """RESTORE.md, with one `cat` for each file that was sent in parts."""
    names: dict[str, list[str]] = {}
    for each in files:
        if each.parts > 1:
            names.setdefault(each.path, []).append(each.name)
    if not names:
        return _PAGE.encode("utf-8")
    whole = {each.path: each.whole for each in files}
    lines = [
        f"- `{path}`, {len(parts)} parts, SHA-256 {whole[path]}:\n\n  {_cat(parts, path)}\n"
        for path, parts in names.items()
    ]
    return (_PAGE + _PARTS + "\n".join(lines)).encode("utf-8")


def _cat(parts: Sequence[str], path: str) -> str:
    """The parts have numbers of one width, so a shell's own order is theirs."""
    stem = parts[0].rsplit("-", 1)[0]
    target = f"bundle/{path}"
    return f"`mkdir -p {shlex.quote(target.rpartition('/')[0])} && cat {shlex.quote(stem)}-* > {shlex.quote(target)}`"
