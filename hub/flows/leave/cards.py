"""What a child passes with and the photo that the guard compares, for the own file (RULES A14, E8)."""

from __future__ import annotations

import base64

from hub.deps import Deps
from hub.flows.photos.allowed import may_show
from hub.flows.registers.carriers import without_past
from hub.flows.registers.numbers import masked
from hub.flows.views.self_service.mine import MyCard, MyPhoto
from hub.store.passes import photos
from hub.store.school import carriers


def my_cards(deps: Deps, child: str) -> tuple[MyCard, ...]:
    """In the caller's unit; numbers by their end, as everywhere."""
    found = without_past(carriers.of_child(deps.keys, child))
    return tuple(
        MyCard(kind=one.kind.value, number=masked(one.number), state=one.state.value, since=one.since, until=one.until) for one in found
    )


def my_photo(deps: Deps, child: str) -> MyPhoto | None:
    """In the caller's unit; with the consent only."""
    found = photos.find(deps.keys, child) if may_show(deps, child) else None
    if found is None:
        return None
    return MyPhoto(kind=found.kind, at=found.at, picture=base64.b64encode(found.picture).decode())
