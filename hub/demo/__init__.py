"""The demo: keys made on the spot, a sandbox registered at and followed; the only place that knows its control interface."""

from __future__ import annotations

from hub.demo.equipment import equip
from hub.demo.wire import clock, wire

__all__ = ["clock", "equip", "wire"]
