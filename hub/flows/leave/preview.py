"""What leaving would take, what the law keeps and why, and what it has to wait for."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.sign_in_again import is_fresh_now
from hub.flows.views.self_service import GoesView, LeaveView, StaysView
from hub.store import notices, sessions
from hub.store.diaries import diary_links
from hub.store.sessions import Visitor
from identity.ages import Phase, phase
from identity.guardianship import held_after_recovery
from identity.linking.merging import MergeState
from identity.model import PersonId
from identity.store import consents_of, edges, links_of, merges_of, person
from identity.store.accounts.whole import contacts_of

CONFIRM = "УДАЛИТЬ"
STAYS = (
    StaysView(what="Записи самого ребёнка", why="они ребёнка, а не ваши; их удаление предлагают отдельно, со сроком для другого родителя"),
    StaysView(
        what="Строки журнала «Кто смотрел» без имён",
        why="журнал доказывает, кто и когда смотрел данные детей; ключ к именам уничтожается, остаётся номер, по которому никого не найти",
    ),
    StaysView(what="Номера денежных операций и чеков", why="закон о бухгалтерском учёте велит хранить их 5 лет; имени в них нет"),
    StaysView(what="Ограничение доступа, которое внесла школа", why="оно защищает ребёнка и переживает кабинет"),
    StaysView(what="Ваши ответы о согласиях за ребёнка", why="по ним видно, что данные обрабатывали законно; имени в них нет"),
)
MERGED = "Ваши записи недавно соединили. До {until} соединение можно отменить, поэтому удалить кабинет пока нельзя."
RECOVERED = "Доступ недавно восстановили. Первые 72 часа кабинет удалить нельзя: так его не удалит чужой."
PUPIL = "Запись ученика удаляют не здесь: её предлагает удалить родитель, а другой родитель или школа могут возразить."


async def preview(deps: Deps, visitor: Visitor) -> LeaveView:
    """Changes nothing."""
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> LeaveView:
        why, until = what_blocks(deps, who, now)
        return LeaveView(
            goes=_goes(deps, who, now), stays=STAYS, confirm=CONFIRM, fresh=is_fresh_now(deps, visitor), blocked=why, blocked_until=until
        )

    return await deps.db.read(unit)


def what_blocks(deps: Deps, who: PersonId, now: datetime) -> tuple[str | None, datetime | None]:
    """Inside a unit: the sentence, and when it ends by itself."""
    me = person(deps.keys, who)
    if me is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    open_until = [one.undo_until for one in merges_of(who) if one.state is MergeState.MERGED and one.undo_until > now]
    if open_until:
        return MERGED.format(until=max(open_until).strftime("%d.%m.%Y")), max(open_until)
    held = held_after_recovery(me, now)
    if held is not None:
        return RECOVERED, held
    young = phase(me.birth_date, now, me.zone) is not Phase.ADULT
    if young and edges.of_child(who):
        return PUPIL, None
    return None, None


def _goes(deps: Deps, who: PersonId, now: datetime) -> tuple[GoesView, ...]:
    mine = [link for link in links_of(deps.keys, who, now=now) if who in (link.opened_by, link.person)]
    return (
        GoesView(what="Имя, дата рождения, СНИЛС", count=1),
        GoesView(what="Телефоны и почта", count=len(contacts_of(deps.keys, who))),
        GoesView(what="Входы и подключённые дневники, с их паролями и токенами", count=len(mine)),
        GoesView(what="Копии дневников", count=len({link.id for link, _, _ in diary_links.of_person(deps.keys, who)})),
        GoesView(what="Связи с детьми", count=len(edges.of_guardian(who))),
        GoesView(what="Входы на устройствах", count=len(sessions.living(who, now=now))),
        GoesView(what="Уведомления", count=notices.count(who)),
        GoesView(what="Согласия о себе", count=len(consents_of(who))),
        GoesView(what="Настройки", count=1),
    )
