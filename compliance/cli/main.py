"""The command `compliance`: puts the verbs together, and makes every failure readable."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from compliance import __version__
from compliance.cli.failure import report, report_usage
from compliance.cli.progress import shown

VERBS = (
    "init",
    "demo",
    "doctor",
    "ingest",
    "store",
    "ledger",
    "check",
    "attest",
    "explain",
    "report",
    "transparency",
    "sor",
    "letter",
    "matter",
    "answer",
    "deliver",
    "verify",
    "rules",
    "schema",
)
"""One module each, in the order in which `--help` lists them."""

EPILOG = (
    "Exit codes: 0 done; 1 findings; 2 usage; 3 unreadable or invalid input; 4 not enough evidence; "
    "5 integrity failure; 70 our bug."
)


def _print_version(value: bool) -> None:
    if value:
        print(f"compliance {__version__}")
        raise typer.Exit


def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Validate platform logs against the rules, report on them, and answer authorities with evidence."""


class _InOrder(TyperGroup):
    """Lists the verbs as a reader meets them, not commands first and groups after."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of the verbs, in the order of VERBS."""
        return sorted(super().list_commands(ctx), key=VERBS.index)


def build_app() -> typer.Typer:
    """The whole command line. Verbs import what they need when they run, so that `--help` stays quick."""
    app = typer.Typer(
        name="compliance",
        cls=_InOrder,
        rich_markup_mode=None,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        epilog=EPILOG,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_top)
    for verb in VERBS:
        import_module(f"compliance.cli.{verb}").register(app)
    return app


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(exit_code(arguments))


def exit_code(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; every failure has been put into words on stderr."""
    try:
        with shown():
            result = build_app()(args=arguments, prog_name="compliance", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return report_usage(error)
    except typer.Abort as error:
        return report(KeyboardInterrupt(str(error)))
    except SystemExit as stop:
        return _code_of(stop)
    except BaseException as error:  # noqa: BLE001 - the one place where every failure becomes words
        return report(error)
    if result == 130:
        return report(KeyboardInterrupt())
    return result if isinstance(result, int) else 0


def _code_of(stop: SystemExit) -> int:
    """Typer turns a closed pipe into `sys.exit(1)`, which would read as *findings*."""
    if isinstance(stop.__context__, BrokenPipeError):
        return report(stop.__context__)
    return stop.code if isinstance(stop.code, int) else int(bool(stop.code))


if __name__ == "__main__":
    run()
