"""The command line: one module a command, found by its name."""

from __future__ import annotations

from hub.cli.main import main

__all__ = ["main"]
