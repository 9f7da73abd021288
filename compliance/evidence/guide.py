"""The page that tells a recipient how to check a bundle without this software."""

from __future__ import annotations

_CORE = """# How to check this bundle without our software

Everything below runs offline with tools found on any Linux system. Start in this folder, the one that holds `bagit.txt`.

## 1. Nothing was changed

    sha512sum --check --strict tagmanifest-sha512.txt
    sha512sum --check --strict --quiet manifest-sha512.txt
    sha256sum --check --strict --quiet manifest-sha256.txt

The first line checks the frame and this page, the others every file below `data/`. With the Library of Congress tool the
same is `bagit.py --validate .` (BagIt 1.0, RFC 8493).

## 2. Nothing was added or removed

The manifests say what belongs here. `seal/` and the tag manifest itself are the only files outside them. This prints
whatever else lies in the folder, and must print nothing:

    find . -type f ! -path './seal/*' ! -name tagmanifest-sha512.txt | sed 's|^\\./||' | LC_ALL=C sort > ../there
    cut -c131- tagmanifest-sha512.txt manifest-sha512.txt | LC_ALL=C sort > ../listed
    comm -3 ../there ../listed

`seal/` holds `tagmanifest-sha512.txt.p7s`, perhaps its time stamp `.tsr`, certificates in `chain/`, perhaps signed copies of
`answer.pdf` and `cover-letter.pdf`, and perhaps the time stamp of the log's head (`checkpoint.txt.tsr`, or `earlier-checkpoint.txt`
with its `.tsr`); nothing else. No file here is a link: `find . -type l` prints nothing.

## 3. It is the bundle that was announced

    sha512sum tagmanifest-sha512.txt

The number is the bundle's id. Compare it with the id you were given by another way, in the message that announced the answer.

## 4. Who sealed it, and when

Without `seal/` the bundle is unsigned. Otherwise:

    cat seal/chain/seal-*.pem > ../chain.pem
    openssl cms -verify -binary -cades -purpose any -inform DER -in seal/tagmanifest-sha512.txt.p7s \\
        -content tagmanifest-sha512.txt -CAfile ../chain.pem -out /dev/null

Better than `../chain.pem`, which came with the bundle, is the authority's certificate obtained by another way. The fingerprint of
the signer's certificate, to be compared with the one you were given by another way:

    openssl cms -verify -binary -noverify -inform DER -in seal/tagmanifest-sha512.txt.p7s \\
        -content tagmanifest-sha512.txt -signer ../signer.pem -out /dev/null
    openssl x509 -in ../signer.pem -noout -subject -fingerprint -sha256

Where there is a time stamp (RFC 3161) over the signature:

    cat seal/chain/tsa-*.pem > ../tsa.pem
    openssl ts -verify -data seal/tagmanifest-sha512.txt.p7s -in seal/tagmanifest-sha512.txt.p7s.tsr -CAfile ../tsa.pem
    openssl ts -reply -in seal/tagmanifest-sha512.txt.p7s.tsr -text

Where the log's head was time stamped when it was given away, before the letter, its time stamp is over `data/log/checkpoint.txt`, or,
where the log has grown since, over the earlier head `seal/earlier-checkpoint.txt`: the same text stands in `data/log/published.json`, with
the proof that the log of this bundle continues it.

    [ ! -e seal/chain/head-0.pem ] || cat seal/chain/head-*.pem > ../head.pem
    [ ! -e seal/checkpoint.txt.tsr ] || openssl ts -verify -data data/log/checkpoint.txt -in seal/checkpoint.txt.tsr -CAfile ../head.pem
    [ ! -e seal/earlier-checkpoint.txt ] || openssl ts -verify -data seal/earlier-checkpoint.txt \\
        -in seal/earlier-checkpoint.txt.tsr -CAfile ../head.pem

Where signed copies stand (PAdES), each is the paper of `data/answer/`, byte for byte, with a signature behind it. A reader of PDF shows
the signature; the first line below prints it, the second prints nothing where the copy is of this paper:

    [ ! -e seal/answer.pdf ] || pdfsig seal/answer.pdf
    [ ! -e seal/answer.pdf ] || head -c "$(wc -c < data/answer/answer.pdf)" seal/answer.pdf | cmp - data/answer/answer.pdf

**A certificate whose names say TEST was made on the spot.** Its seal shows that the bytes have not changed since they were sealed,
not who sealed them, and has no legal effect: it is neither an advanced nor a qualified seal under Regulation (EU) No 910/2014.
"""

_LOG = """
## 5. The events come from the log as it stood

`data/log/checkpoint.txt` is the head of the log's Merkle tree (RFC 9162): origin, number of leaves, root (base64).
`data/log/proofs.json` holds, for every event in `data/events/events.jsonl`, its leaf and an inclusion proof against that head.
How a leaf is computed from an event, and how withheld fields are replaced by commitments, is written in
`data/method/leaf-format.md`. A recipient who was given an earlier head can ask for a consistency proof between the two.

`data/log/cases.json` lists each case that the answer cites, with all its events; `data/log/coverage.json` says when the log is known to
be complete. `data/method/replay.json` says how each figure was counted, and `inside` whether the events of this bundle give it: then its
query (in `data/method/queries.json`) can be run on them.

`data/events/lines/` holds the log's own bytes of those events whose lines hold nothing that must be withheld;
`data/events/lines/index.json` gives the log file and line of each. `data/redactions.json` lists every field that was withheld or
replaced by a pseudonym, with the ground.
"""

_LIMITS = """
## What these checks do not prove

- that the log was complete or true when it was written: gaps known to the sender are declared in `data/answer/answer.json`;
- that nobody with all keys made a new log: only a head given away earlier shows that;
- that a certificate was valid, trusted and not revoked: neither a revocation check nor a trusted list is part of the bundle;
- that the figures follow from events that are not in this bundle: the queries are in `data/method/`, the population is the sender's.
"""


def verify_guide(*, with_events: bool) -> bytes:
    """Bytes of VERIFY.md; the section on log proofs only where the bundle holds events."""
    return (_CORE + (_LOG if with_events else "") + _LIMITS).encode("utf-8")


_LEAF = """# How a leaf is computed (format leaf/1)

Every event of the log is one leaf of the Merkle tree. A leaf commits to five parts: the fields of the classes `open`, `personal`,
`confidential` and `restricted`, and the verbatim bytes of the log line (`line`). A part that is disclosed comes with its salt and can be
recomputed; a part that is withheld comes as its commitment alone, so that the leaf and its proof still verify.

    commitment   = SHA-256("leaf/1 <part> <salt of the part in hex> " + content)
    leaf data    = "leaf/1 <open> <personal> <confidential> <restricted> <line>"      (commitments in hex)
    leaf hash    = SHA-256(0x00 + leaf data)                                          (RFC 9162)

The content of a class is the canonical JSON (RFC 8785) of the event's fields of that class, `{}` where there are none; the content of
`line` is the bytes of the line. Text is UTF-8, hexadecimal is lower case.

An entry of `data/log/proofs.json` names the event, its line in `data/events/events.jsonl`, its 0-based `index` among the leaves, and
`leaf.parts`: per part either `salt` (with the `fields` of the class) or `commitment`. To check one: take from the event the fields listed,
write them as canonical JSON, compute the commitments, the leaf data and the leaf hash; then walk `path` to the root as RFC 9162
section 2.1.3.2 says, with the tree size and root of `data/log/checkpoint.txt`. A field whose value begins with `psn:` is a pseudonym and
stands under no commitment: its class is withheld.
"""


def leaf_page() -> bytes:
    """Bytes of the page that says how a leaf is computed from an event and how a withheld class is replaced."""
    return _LEAF.encode("utf-8")
