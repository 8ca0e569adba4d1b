"""The cursor of the change feed: sealed, so that it opens for its own person and child only, and says nothing to anybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.store.outputs.feeds import KEPT, Head
from identity.errors import UnknownKey, Unsealable

LONGEST = 8000


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an app stands: by link, the feed's epoch and number. `after`: within a snapshot under way, the last item that was told."""

    at: datetime
    kinds: tuple[str, ...]
    feeds: dict[str, tuple[str, int]]
    after: str | None = None


_PLACE = msgspec.json.Decoder(Place)


def seal(deps: Deps, person: str, child: str, place: Place) -> str:
    return deps.keys.seal("cursor", "changes", f"{person}.{child}", msgspec.json.encode(place).decode())


def open_cursor(deps: Deps, person: str, child: str, cursor: str) -> Place | None:
    """None when it was sealed with a key that is not used any more: the app begins anew."""
    if len(cursor) > LONGEST:
        raise _not_ours()
    try:
        return _PLACE.decode(deps.keys.open("cursor", "changes", f"{person}.{child}", cursor))
    except UnknownKey:
        return None
    except (Unsealable, msgspec.DecodeError) as error:
        raise _not_ours() from error


def still_holds(place: Place, heads: Mapping[str, Head], kinds: tuple[str, ...], now: datetime) -> bool:
    """Whether everything since then is still told: the same diaries, none begun anew, nothing deleted for its age; pure."""
    if place.kinds != kinds or now - place.at >= KEPT or set(place.feeds) != set(heads):
        return False
    for link, (epoch, seq) in place.feeds.items():
        head = heads[link]
        # A feed that had not begun begins at one; only another life of a feed that had is another.
        if (epoch and head.epoch != epoch) or seq > head.seq or seq + 1 < head.oldest:
            return False
    return True


def _not_ours() -> Refused:
    return Refused(Reason.MALFORMED, "Этот «cursor» не для этого ребёнка или не наш: начните без него.")
