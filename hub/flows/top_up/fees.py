"""What each way to pay costs, as data by day: the operator sets a fee from a day on, and the quotes of that day follow (RULES D6; F134)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from connectors.kit.manifest import Kind, Manifest
from connectors.kit.registry import manifests
from hub.store.wishes import top_ups

MOST_HUNDREDTHS = 3_000
"""Thirty per cent: anything above it is a slip of the hand."""


class BadFee(ValueError):
    """The operator's word for a fee is not one; the text says which part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """`since` is empty where the connector's own manifest says it; a way at a terminal has no method."""

    provider: str
    method: str
    hundredths: int
    since: str


def fees_on(day: date) -> list[FeeRow]:
    """In the caller's unit: every way that this build knows, with its fee on that day."""
    found = []
    for (provider, method), usual in sorted(_ways().items()):
        hundredths, since = top_ups.fee_row(provider, method, day) or (usual, "")
        found.append(FeeRow(provider=provider, method=method, hundredths=hundredths, since=since))
    return found


def set_fee(provider: str, method: str, since: date, hundredths: int, *, today: date) -> FeeRow:
    """In the caller's unit. What was quoted before stays as it was quoted; a second word for one day takes the first one's place."""
    if (provider, method) not in _ways():
        raise BadFee(f"no way to pay {method!r} at {provider!r}: see the list")
    if not 0 <= hundredths <= MOST_HUNDREDTHS:
        raise BadFee(f"a fee is from 0 to {MOST_HUNDREDTHS // 100} per cent")
    if since < today:
        raise BadFee("a fee holds from today or a later day: what was paid is paid")
    top_ups.put_fee(provider, method, since, hundredths)
    return FeeRow(provider=provider, method=method, hundredths=hundredths, since=since.isoformat())


def _ways() -> Mapping[tuple[str, str], int]:
    """By provider and method, what the manifest says; terminals and banks that call us take nothing by themselves."""
    found: dict[tuple[str, str], int] = {}
    for manifest in manifests().values():
        found |= _of(manifest)
    return found


def _of(manifest: Manifest) -> dict[tuple[str, str], int]:
    if manifest.kind is Kind.TERMINAL:
        return {(one.name, ""): 0 for one in manifest.instances}
    if manifest.kind is not Kind.PAYMENT:
        return {}
    return {(one.name, method.name): method.fee_hundredths for one in manifest.instances for method in manifest.methods}
