"""A family or a pupil sees what the school cooks by day, at what price, and what is forbidden for this child (F131)."""

from __future__ import annotations

from datetime import date

from hub.deps import Deps
from hub.flows.meals.school import days, dish_of, place_of, span
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading, refusal
from hub.flows.views.school.meals import ChildMenu
from hub.store.school import canteen, schools
from hub.store.school.meals import menu, words
from hub.store.school.meals.words import Bans
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import view_right

PAGE = "menu"
LENT = "Вам открыли только дневник. Меню и запреты видят родители ребёнка."


async def show_menu(deps: Deps, visitor: Visitor, child: str, *, first: date | None = None, last: date | None = None) -> ChildMenu:
    """Without days the week of today by the school's clock."""
    now, whom = deps.now(), PersonId(child)

    def unit() -> ChildMenu:
        require_sight(deps, visitor, whom)
        place = place_of(whom, now=now)
        start, end = span(first, last, place.today)
        said = next(iter(words.of_child(deps.keys, child)), None)
        bans = said.bans if said else Bans()
        card = schools.school(place.school) if place.school else None
        known = menu.dishes(place.school)
        return ChildMenu(
            child=child,
            school=card.short_name if card else None,
            zone=place.zone,
            today=place.today,
            start=start,
            end=end,
            items=days(place.school, start, end, bans) if place.school else (),
            sold=tuple(
                dish_of(one.item, known.get(one.item), one, bans) for one in (canteen.priced(place.school, place.today) if card else ())
            ),
            has_rules=bans != Bans(),
        )

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


def require_sight(deps: Deps, visitor: Visitor, child: PersonId) -> None:
    """In the caller's unit: who sees what a child eats; a lent view is of the diary only (RULES B6)."""
    right = view_right(deps.keys, PersonId(visitor.person), child, now=deps.now())
    if not right.allowed:
        raise refusal(right)
    if right.delegated or right.diary_only:
        raise Refused(Reason.FORBIDDEN, LENT)
