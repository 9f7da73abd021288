"""Regulatory compliance reporting: rules over platform logs, reports, and verifiable answers to authorities."""

__version__ = "0.1.0"
