"""A person says when not to be woken (RULES F3)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.notices.hours import clock, minutes, zones
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.notices import QuietView
from hub.store.outbox import quiet
from hub.store.outbox.quiet import Quiet
from hub.store.sessions import Visitor

WRONG_TIME = "Время — вида 22:00. Начало и конец должны различаться; без тихих часов — «off»."
WRONG_ZONE = "Такого часового пояса нет. Пояс пишут как Asia/Krasnoyarsk; пустой — как у школы."


async def show_quiet_hours(deps: Deps, visitor: Visitor) -> QuietView:
    """The own ones, or the house's."""
    return quiet_view(await deps.db.read(lambda: quiet.of_person(visitor.person)))


async def put_quiet_hours(
    deps: Deps, visitor: Visitor, *, off: bool = False, first: str | None = None, last: str | None = None, zone: str | None = None
) -> QuietView:
    """Without a zone the one before stays. Off keeps the hours for the day when they are switched on again."""
    now = deps.now()
    start, end = (None, None) if off else (minutes(first or ""), minutes(last or ""))
    if not off and (start is None or end is None or start == end):
        raise Refused(Reason.MALFORMED, WRONG_TIME, more={"fields": {"from": WRONG_TIME}})
    if zone and zone not in zones():
        raise Refused(Reason.MALFORMED, WRONG_ZONE, more={"fields": {"zone": WRONG_ZONE}})

    def unit() -> Quiet:
        before = quiet.of_person(visitor.person)
        made = Quiet(
            off=off,
            first=before.first if start is None else start,
            last=before.last if end is None else end,
            zone=before.zone if zone is None else zone,
        )
        quiet.put(visitor.person, made, now=now)
        return made

    return quiet_view(await deps.db.write(unit))


def quiet_view(of: Quiet) -> QuietView:
    """As people and applications read it."""
    return QuietView(off=of.off, first=clock(of.first), last=clock(of.last), zone=of.zone)
