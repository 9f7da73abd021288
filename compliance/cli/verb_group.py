"""A verb with verbs of its own: its help says of each in full what it does."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

_WHOLE = 1000
"""Characters that no first sentence has: the framework would cut it to what is left of a line."""


class VerbGroup(TyperGroup):
    """Lists its verbs with the whole first sentence of each, over as many lines as it takes."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the list of verbs."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.get_short_help_str(_WHOLE)) for name, verb in found if verb is not None])
