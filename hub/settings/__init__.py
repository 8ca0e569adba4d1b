"""Every setting of the hub, read once from the environment into one frozen record."""

from __future__ import annotations

from collections.abc import Mapping

from hub.settings.reading import read
from hub.settings.record import Settings, SettingsError

__all__ = ["Settings", "SettingsError", "load"]


def load(environ: Mapping[str, str], *, port: int | None = None) -> Settings:
    """Reads `HUB_*`; `port` is the command line's and beats HUB_PORT. Raises `SettingsError` with every problem, one line each."""
    return read(environ, port=port)
