"""A slow, obvious reading of docs/semantics.md that judges the engine. It shares no code with what it judges."""
