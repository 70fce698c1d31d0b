"""The version of agentic-judge."""

__version__ = "0.1.0"
