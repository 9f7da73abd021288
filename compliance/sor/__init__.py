"""Statements of reasons: judged as the Commission's service judges them, converted, batched, summed up."""

from compliance.sor.call import validate_call
from compliance.sor.validate import validate_statement

__all__ = ["validate_call", "validate_statement"]
