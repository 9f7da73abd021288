"""`compliance verify`: check an evidence bundle, offline."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer


def verify(
    bundle: Annotated[
        Path, typer.Argument(help="The bundle's folder (the one that holds bagit.txt), or a delivery of it.")
    ],
    signer: Annotated[
        str | None,
        typer.Option(
            "--signer", help="SHA-256 fingerprint of the expected signer's certificate, obtained by another way."
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option("--trust", help="PEM file with certificates of authorities you trust, obtained by another way."),
    ] = None,
    head: Annotated[
        Path | None, typer.Option("--head", help="An earlier head of the log that you hold (checkpoint-*.txt).")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Run the method inside again on the events inside, and compare.")
    ] = False,
    form: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
) -> None:
    """Check every layer of a bundle, or of a delivery of it, name what fails by file and layer, and say what was not checked."""
    from compliance.errors import UsageError
    from compliance.evidence.gather import bundle_in
    from compliance.evidence.signer import load_certificates
    from compliance.evidence.verify import verify_bundle

    if form not in {"table", "json"}:
        raise UsageError("USE-FORMAT", f"there is no format {form!r} for this verb", hint="use table or json")
    with bundle_in(bundle) as root:
        if root != bundle:
            print(
                f"{bundle.name} is a delivery: every file is as its index says, and the bundle is whole",
                file=sys.stderr,
            )
        found = verify_bundle(root, signer=signer, anchors=load_certificates(trust) if trust else (), head=_read(head))
        if replay:
            from compliance.answers.replay import replayed

            found = replayed(found, root)
    if form == "json":
        print(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        for layer in found.layers:
            print(f"{layer.outcome:7} {layer.name:12} {layer.says}")
        for failure in found.failures:
            print(f"FAILED  {failure.layer:12} {failure.file}: {failure.cause}")
        for text in found.not_checked:
            print(f"not checked: {text}")
        print(f"bundle id {found.bundle_id or 'unknown'}")
        print(f"signer {found.signer or 'none'}")
        if found.head_stamped_at:
            print(f"head of the log time stamped {found.head_stamped_at}")
        print(found.headline)
    print(f"checked {len(found.layers)} layers of {bundle.name}: {found.headline}", file=sys.stderr)
    found.require_intact()


def _read(path: Path | None) -> bytes | None:
    from compliance.errors import InputError, Place

    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            "VRF-HEAD",
            f"the head cannot be read: {error.strerror}",
            place=Place(str(path)),
            hint="name the checkpoint's text file",
        ) from error


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(verify)
