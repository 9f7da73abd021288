"""The sound row as one pattern over bytes: what it matches is valid beyond doubt; every other row is judged cell by cell.

Most rows of a dump are sound, and one pattern knows that ten times sooner than a judgement of 38 cells. So the pattern leans to one
side: lengths count in bytes, texts begin visibly, rare but valid forms do not match. It never matches a row that the gate refuses
(tests/sor/test_grammar.py throws random rows at both), and it is built from the same schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from compliance.sor.dump import FULL, Layout
from compliance.sor.schema import Schema, load_schema

SHORT: Final = 2000
"""Rows of at most so many bytes cannot hold an explanation or facts beyond their limits."""
_VISIBLE: Final = (
    rb"(?:[!#-+\--~]|[\xc3-\xcc\xce-\xd7\xd9-\xdf\xe4-\xee]|\xc2[\xa1-\xac\xae-\xbf]"
    rb"|\xe2\x80[\x90-\xa7]|\xe3[\x81-\x84\x86-\xbf])"
)
"""Bytes with which a text begins that is not blank: neither white space nor a character nobody sees."""
_QUOTED: Final = rb'[^"]*+(?:""[^"]*+)*+"'
_BARE: Final = rb'[^,"\\ \t\r\n]'
_ANY: Final = rb'(?:"' + _QUOTED + rb'|[^,"\\]*+)'
_LONG: Final = rb'(?:"(?:' + _VISIBLE + rb'|"")' + _QUOTED + rb"|" + _VISIBLE + _BARE + rb"*+)"
_SHORT: Final = (
    rb'(?:"(?:' + _VISIBLE + rb'|"")(?:[^"]{0,490}+"(?!")|[^"]{0,150}+(?:""[^"]{0,80}+){1,4}+")'
    rb"|" + _VISIBLE + _BARE + rb"{0,490}+)"
)
"""At most 500 bytes, whatever is quoted inside."""
_DAY: Final = (
    rb"-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31) 00:00:00\""
)
_CONTENT_DAY: Final = rb'"20(?:[0-2]\d|3[0-7])' + _DAY
_APPLICATION_DAY: Final = rb'"20(?:2\d|3[0-7])' + _DAY
_END: Final = rb"(?:" + _CONTENT_DAY + rb")?"
_ADDRESS: Final = (
    rb"(?:https?://(?:[A-Za-z0-9-]{1,40}\.){1,4}[A-Za-z]{2,20}(?:/[A-Za-z0-9._~!$&'()*+;=:@/-]{0,150}+)?"
    rb"(?:\?[A-Za-z0-9._~=&/-]{0,100}+)?)?"
)


@dataclass(frozen=True, slots=True)
class Grammar:
    """The pattern of sound rows of one layout, and the limits left to look at in rows longer than `SHORT`."""

    pattern: re.Pattern[bytes]
    identity: int
    """Number of the group that holds platform and identifier."""
    scoped: int
    """Number of the group that holds the territorial scope, 0 where the layout has none."""
    scope: re.Pattern[bytes]
    """Sound cells of the territorial scope, which repeat so often that each is looked at once."""
    limits: tuple[tuple[int, int], ...]
    """Numbers of the groups of long texts, and their limits."""

    def within(self, row: re.Match[bytes]) -> bool:
        """True where the long texts of a matched row keep their limits, counted in bytes."""
        for group, most in self.limits:
            start, end = row.span(group)
            if end - start > most:
                return False
        return True


@cache
def grammar_of(layout: Layout) -> Grammar | None:
    """The grammar of a layout, or None where its columns stand in another order than the Commission writes them."""
    if layout.columns != tuple(name for name in FULL if name in layout.columns):
        return None
    schema = load_schema(layout.schema)
    pattern = re.compile(_row(schema, layout), re.DOTALL)
    limits = {
        "illegal": schema.limit("illegal_content_explanation"),
        "incompatible": schema.limit("incompatible_content_explanation"),
        "facts": schema.limit("decision_facts"),
    }
    groups = pattern.groupindex
    kept = tuple((groups[name], most) for name, most in limits.items() if name in groups)
    scope = re.compile(rb"(?:" + _list(schema.codes["country"]) + rb"|\[\])?")
    return Grammar(pattern, groups["identity"], groups.get("scope", 0), scope, kept)


def _row(schema: Schema, layout: Layout) -> bytes:
    codes, light = schema.codes, layout.light
    return _cells(
        rb'[^,"]*+',
        _restrictions(schema),
        _maybe(_one_of(codes["account_type"])),
        _grounds(light=light),
        _maybe(_one_of(codes["yes_no"])),
        _one_of(codes["category"]),
        _group(
            rb",\[\],(?=,)",  # no further category, no keyword: nearly every row
            _cells(
                _maybe(_list(codes["category"]) + rb"|\[\]"),
                _maybe(_list(codes["keyword"]) + rb"|\[\]"),
                _maybe(_SHORT),
            ),
        ),
        _list_with_other(schema, "content_type"),
        _maybe(_one_of(codes["language"])),
        _CONTENT_DAY,
        *([rb"(?:[0-9]{13})?"] if "content_id_ean" in layout.columns else []),
        *([] if light else [rb'(?P<scope>"\[[^\]]*+\]"|\[\]|)']),
        _APPLICATION_DAY,
        *([] if light else [rb"(?P<facts>" + _LONG + rb")"]),
        _one_of(codes["source_type"]),
        _maybe(_SHORT),
        _one_of(codes["yes_no"]),
        _one_of(codes["automated_decision"]),
        rb'(?P<identity>(?:"' + _QUOTED + rb'|[^,"]*+),[a-zA-Z0-9_-]{1,500}+)',
        rb'(?:"[^"]*+"|[^,"\r]*+)\r?',
    )


def _restrictions(schema: Schema) -> bytes:
    """The ten cells of restrictions, of which at least one is there."""
    monetary, free = _monetary(schema)
    provision, account = (_one_of(schema.codes[f"decision_{kind}"]) for kind in ("provision", "account"))
    tail = _cells(_maybe(provision), _END, _maybe(account), _END)
    either = _group(_cells(provision, _END, _maybe(account), _END), _cells(b"", _END, account, _END))
    below = _group(_cells(monetary, _END, tail), _cells(free, _END, either))
    visibility = _list_with_other(schema, "decision_visibility")
    return _group(
        visibility + b"," * 8 + rb"(?=,)",  # nothing but visibility: nearly every row
        _cells(visibility, _END, _group(monetary, free), _END, tail),
        _cells(rb"(?:\[\])?", _maybe(_SHORT), _END, below),
    )


def _monetary(schema: Schema) -> tuple[bytes, bytes]:
    """A monetary restriction with its text, and none with whatever text, which is then dropped unread."""
    other = str(schema.fields["decision_monetary_other"][0].arguments[1])
    plain = [code for code in schema.codes["decision_monetary"] if code != other]
    given = _group(_cells(_one_of(plain), _ANY), _cells(other.encode(), _SHORT))
    return given, _cells(b"", _ANY)


def _grounds(*, light: bool) -> bytes:
    """Ground, address and texts: those of the ground are given, those of the other are dropped unread."""
    illegal, incompatible = rb"DECISION_GROUND_ILLEGAL_CONTENT", rb"DECISION_GROUND_INCOMPATIBLE_CONTENT"
    if light:
        return _group(_cells(illegal, _ADDRESS, _SHORT, _ANY), _cells(incompatible, _ADDRESS, _ANY, _SHORT))
    return _group(
        _cells(illegal, _ADDRESS, _SHORT, rb"(?P<illegal>" + _LONG + rb")", _ANY, _ANY),
        _cells(incompatible, _ADDRESS, _ANY, _ANY, _SHORT, rb"(?P<incompatible>" + _LONG + rb")"),
    )


def _list_with_other(schema: Schema, field: str) -> bytes:
    """A list of codes and its text, which must be there where the list says *other*."""
    other = next(str(rule.arguments[1]) for rule in schema.fields[f"{field}_other"] if rule.name == "required_if_has")
    codes = schema.codes[field]
    return _group(
        _cells(_list(code for code in codes if code != other), _maybe(_SHORT)),
        _cells(_list(codes), _SHORT),
    )


def _cells(*patterns: bytes) -> bytes:
    return b",".join(patterns)


def _group(*patterns: bytes) -> bytes:
    return rb"(?:" + rb"|".join(patterns) + rb")"


def _maybe(pattern: bytes) -> bytes:
    return rb"(?:" + pattern + rb")?"


def _list(codes: Iterable[str]) -> bytes:
    item = rb'""' + _one_of(codes) + rb'""'
    return rb'"\[' + item + rb"(?:," + item + rb")*+\]" + rb'"'


def _one_of(codes: Iterable[str]) -> bytes:
    """Any of the codes, common beginnings told once, so that a row is not compared with each code in turn."""
    return _branches(sorted(set(codes)))


def _branches(words: list[str]) -> bytes:
    parts = []
    for first, group in groupby(words, key=lambda word: word[:1]):
        rest = [word[1:] for word in group]
        parts.append(re.escape(first).encode() + (_branches(rest) if rest != [""] else b"") if first else b"")
    return parts[0] if len(parts) == 1 else _group(*sorted(parts, key=len, reverse=True))
