"""`compliance answer`: from a confirmed request to the internal file and the outgoing bundle."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from compliance.evidence.signer import Signer


def _now() -> datetime:
    return datetime.now(UTC)


def answer(
    request: Annotated[Path, typer.Argument(help="The request.yaml that a person has confirmed.")],
    store: Annotated[Path, typer.Option("--store", help="The store with the sealed log.")],
    out: Annotated[
        Path, typer.Option("--out", help="Folder of the matter; internal/ and bundle/ are written into it.")
    ],
    config: Annotated[
        Path | None, typer.Option("--config", help="Configuration file; default: the nearest compliance.toml.")
    ] = None,
    texts: Annotated[
        Path | None, typer.Option("--answers", help="Folder with the officer's words, one <question>.md each.")
    ] = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="YAML list of documents to add, each with its custodian.")
    ] = None,
    approvals: Annotated[
        Path | None, typer.Option("--approvals", help="YAML list of releases, each with ground and role.")
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(
            "--corrections", help="YAML list of corrections to earlier answers: answer, question, said, correct, why."
        ),
    ] = None,
    withheld: Annotated[
        Path | None,
        typer.Option(
            "--withheld", help="YAML list of documents not produced: the privilege log, with ground and roles."
        ),
    ] = None,
    preparer: Annotated[str, typer.Option("--preparer", help="Role that prepares the answer.")] = "",
    signatory: Annotated[str, typer.Option("--signatory", help="Role that signs.")] = "",
    mandate: Annotated[str, typer.Option("--mandate", help="The signatory's authority to bind.")] = "",
    sent_at: Annotated[
        str, typer.Option("--sent-at", help="Instant of dispatch as it shall be printed, RFC 3339.")
    ] = "",
    supply_by: Annotated[
        str, typer.Option("--supply-by", help="Date by which declared gaps are closed, YYYY-MM-DD.")
    ] = "",
    legal_ground: Annotated[
        str,
        typer.Option(
            "--legal-ground",
            help="Ground on which event-level data leave for a letter that binds nobody. Needs --role.",
        ),
    ] = "",
    role: Annotated[
        str, typer.Option("--role", help="Role that decides on --legal-ground, --confidential, --personal-ground.")
    ] = "",
    confidential: Annotated[
        bool, typer.Option("--confidential", help="Free-text confidential fields were asked for.")
    ] = False,
    personal_ground: Annotated[
        str, typer.Option("--personal-ground", help="Ground on which persons leave in clear instead of as pseudonyms.")
    ] = "",
    non_confidential: Annotated[
        bool,
        typer.Option(
            "--non-confidential",
            help="Also write bundle-non-confidential/: figures without small numbers, no event, no person.",
        ),
    ] = False,
    least: Annotated[
        int, typer.Option("--least", help="Smallest number that the non-confidential version shows (policy).")
    ] = 10,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", help="Folder with further rules for the internal file. May be repeated."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="Private key of the seal, PEM, mode 0600; default: a TEST key.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="PEM: the key's certificate first, its issuers after it.")
    ] = None,
    passphrase: Annotated[
        Path | None, typer.Option("--passphrase-file", help="File (mode 0600) with the key's passphrase on line one.")
    ] = None,
    tsa: Annotated[
        str | None, typer.Option("--tsa", help="URL of a time stamp authority (RFC 3161) to stamp the seal.")
    ] = None,
    house: Annotated[
        Path | None,
        typer.Option("--register", help="Also enter the answer into this register, by the role of --preparer."),
    ] = None,
) -> None:
    """Answer a confirmed request, question by question, with evidence that anyone can verify offline."""
    from compliance.answers.answer import answer_request
    from compliance.answers.decision import Inputs
    from compliance.answers.register import enter, ready
    from compliance.evidence.timestamp import tsa_at

    if house is not None:
        ready(house, preparer)
    result = answer_request(
        Inputs(
            request=request,
            store=store,
            out=out,
            config=config,
            texts=texts,
            documents=documents,
            approvals=approvals,
            corrections=corrections,
            withheld=withheld,
            preparer=preparer,
            signatory=signatory,
            mandate=mandate,
            sent_at=sent_at,
            supply_by=supply_by,
            legal_ground=legal_ground,
            role=role,
            confidential=confidential,
            personal_ground=personal_ground,
            rules=tuple(rules or ()),
            non_confidential=non_confidential,
            least=least,
        ),
        clock=_now,
        signer=_signer(key, certificate, passphrase),
        tsa=tsa_at(tsa) if tsa else None,
    )
    print(f"internal\t{result.internal}")
    print(f"bundle\t{result.bundle}")
    print(f"id\t{result.bundle_id}")
    if result.public is not None:
        print(f"non-confidential\t{result.public}\t{result.public_id}")
    print(f"signer\t{result.fingerprint}\t{result.seal}")
    if house is not None:
        entry = enter(house, out, preparer, _now)
        print(f"recorded: {entry.action} {out} by {entry.role} in {house}", file=sys.stderr)
    for text in result.summary:
        print(text, file=sys.stderr)


def _signer(key: Path | None, certificate: Path | None, passphrase: Path | None) -> Signer | None:
    from compliance.errors import UsageError
    from compliance.evidence.signer import load_signer

    if key is None and certificate is None and passphrase is None:
        return None
    if key is None or certificate is None:
        raise UsageError(
            "USE-SEAL", "a seal needs the key and its certificate", hint="give both --key and --certificate"
        )
    return load_signer(key, certificate, passphrase)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(answer)
