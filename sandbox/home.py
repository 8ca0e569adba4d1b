"""The sandbox's home page in Russian, for people."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint

from sandbox.system import Sandbox, System


def home_routes(sandbox: Sandbox, systems: Mapping[str, System]) -> Blueprint:
    """The page and its forms."""
    return Blueprint("home", __name__)
