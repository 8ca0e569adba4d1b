"""The list by which a till serves without a card: classes, and the names of one class (RULES E9)."""

from __future__ import annotations

import msgspec

from device_ingest.errors import Unreadable
from device_ingest.signing import Message
from hub.deps import Deps
from hub.flows.roster.listing import in_order
from hub.flows.serve_at_till.proving import note_reading, spend, till_of
from hub.flows.views.school.till import TillList, TillName, TillPupils
from identity.model import normalised
from identity.store import classes_in, persons_by_id, places_in

PAGE = "till.list"


async def list_for_till(deps: Deps, message: Message) -> TillList:
    """Without a class only the classes: nobody is named. Raises `IngestError`."""
    now, till = deps.now(), await till_of(deps, message)
    try:
        asked = msgspec.json.decode(message.body or b"{}", type=TillPupils)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)) from error

    def unit() -> TillList:
        spend(till, now=now)
        classes = tuple(sorted((one.name for one in classes_in(till.school, now=now)), key=in_order))
        places = places_in(till.school, klass=asked.klass, now=now) if asked.klass in classes else ()
        people = persons_by_id(deps.keys, [one.child for one in places])
        pupils = sorted((people[one.child] for one in places if one.child in people), key=lambda one: (normalised(one.first_name), one.id))
        note_reading(deps, till, [one.id for one in pupils], page=PAGE, now=now)
        return TillList(
            classes=classes,
            pupils=tuple(TillName(id=one.id, first_name=one.first_name, initial=one.last_name[:1], klass=asked.klass) for one in pupils),
        )

    return await deps.db.write(unit)
