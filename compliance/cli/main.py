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
from compliance.cli.screen import screened

VERBS = {
    "init": "Write a commented compliance.toml, unless one is there.",
    "demo": "Replay a night that was in the news, on a fictional service.",
    "doctor": "Check the set-up; rank what sources and answers are missing.",
    "ingest": "Read logs into a store.",
    "store": "What a store holds, and whether it is intact.",
    "ledger": "Give the log's head away, and check it.",
    "check": "Judge logs, or a store, by the rules.",
    "attest": "Record what a person answers for, and read it back.",
    "explain": "Print why a rule or a finding says what it says.",
    "report": "Write the quarterly report: PDF, workbook, page, JSON.",
    "transparency": "Make harmonised transparency reports, check anybody's.",
    "sor": "Statements of reasons: validate, convert, reconcile, count.",
    "letter": "Read a regulator's letter into a request to confirm.",
    "matter": "Where an answer stands: holds, review, approval.",
    "answer": "Answer a confirmed request, question by question.",
    "deliver": "Lay an intact bundle out for a delivery channel.",
    "verify": "Check every layer of a bundle, name what fails.",
    "rules": "List, show, lint, test and map the rules.",
    "schema": "Print a JSON Schema: of a rule file, a contract, an event.",
}
"""One module each, in the order in which `--help` lists them, with what stands there: short enough never to be cut."""

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


class _Verbs(TyperGroup):
    """Lists the verbs as a reader meets them, and builds only the one that is called: help and every start stay quick."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the framework's signature
        """Names of the verbs, in the order of VERBS."""
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The verb with its options, or None where there is no such verb."""
        if cmd_name in VERBS and cmd_name not in self.commands:
            alone = typer.Typer(rich_markup_mode=None, add_completion=False)
            import_module(f"compliance.cli.{cmd_name}").register(alone)
            self.commands.update(typer.main.get_group(alone).commands)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the framework's signature
        """Writes the list of verbs without building them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


def build_app() -> typer.Typer:
    """The whole command line. Verbs import what they need when they run."""
    app = typer.Typer(
        name="compliance",
        cls=_Verbs,
        rich_markup_mode=None,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        epilog=EPILOG,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_top)
    return app


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = screened(sys.stderr)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.isatty():
        sys.stdout = screened(sys.stdout)
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
