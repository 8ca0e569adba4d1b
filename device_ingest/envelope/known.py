"""Payloads that say nothing but what we know: read and written in one step each, which is how nearly every event comes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, UNSET, Struct, UnsetType

from device_ingest.envelope.payloads import PAYLOADS


def _as_sent(kind: type[Struct]) -> type[Struct]:
    """The same record, which refuses what it does not know and leaves unset what was not sent: written again, it is as it came."""
    hints = get_type_hints(kind, include_extras=True)
    fields = [
        (one.name, _inside(hints[one.name]))
        if one.default is NODEFAULT and one.default_factory is NODEFAULT
        else (one.name, _inside(hints[one.name]) | UnsetType, UNSET)
        for one in msgspec.structs.fields(kind)
    ]
    return msgspec.defstruct(f"{kind.__name__}AsSent", fields, forbid_unknown_fields=True)


def _inside(kind: Any) -> Any:
    """A type with every record in it replaced."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _as_sent(kind)
    if get_origin(kind) is Annotated:
        inner, *meta = get_args(kind)
        return Annotated[(_inside(inner), *meta)]
    if get_origin(kind) is tuple:
        return tuple.__class_getitem__((_inside(get_args(kind)[0]), ...))
    return kind


DECODERS: Mapping[str, msgspec.json.Decoder[Any]] = MappingProxyType(
    {kind.value: msgspec.json.Decoder(_as_sent(payload)) for kind, payload in PAYLOADS.items()}
)
"""By the event's type; each raises ValidationError for a field that we do not know."""
