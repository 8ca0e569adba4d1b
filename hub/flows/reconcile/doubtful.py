"""Top-ups that somebody has to look at: another sum came, the account is gone, the acquirer says nothing for a day (RULES D4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.office.officers import note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.reconcile.show_book import title_of
from hub.flows.views.paying.reconcile import DoubtfulTopUp, DoubtfulTopUps
from hub.ledger.model import AccountId
from hub.ledger.store import contracts
from hub.ledger.texts import PURPOSES
from hub.store.sessions import Visitor
from hub.store.wishes import top_ups
from hub.store.wishes.top_ups import TopUpCard
from identity.model import MOSCOW, PersonId

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "": "Больше суток без ответа банка: не подтверждён и не отклонён. Деньги не зачислены.",
        "sum_differs": "Пришла не та сумма, которую просили. Деньги лежат в невыясненных.",
        "no_account": "Счёта больше нет. Деньги лежат в невыясненных.",
        "key_taken": "Номер платежа банка уже занят другим платежом. Деньги не зачислены второй раз.",
        "refund_unknown": "Банк вернул деньги плательщику и не сказал, сколько. Счёт пока не уменьшен.",
        "fee_back": "Банк вернул плательщику больше, чем пришло на счёт: комиссию возвращают отдельно.",
    }
)
OTHER = "Платёж остановлен, причину знает разработчик."


async def doubtful_of_everybody(deps: Deps, visitor: Visitor) -> DoubtfulTopUps:
    """For the operator; of a contract's number only the end (RULES A13)."""
    await enter(deps, visitor)
    return await deps.db.read(lambda: DoubtfulTopUps(zone=MOSCOW, items=_views(top_ups.problems(now=deps.now()), whole=False)))


async def doubtful_at_school(deps: Deps, visitor: Visitor) -> DoubtfulTopUps:
    """The own school's; each family whose payment it is sees the look."""

    def unit() -> DoubtfulTopUps:
        officer = officer_of(deps, visitor, act=Act.MONEY)
        found = top_ups.problems(officer.school, now=deps.now())
        note_reading(deps, officer, sorted({PersonId(one.child) for one in found if one.child}), page="office.money", now=deps.now())
        return DoubtfulTopUps(zone=officer.zone, items=_views(found, whole=True))

    return await deps.db.write(unit)


def _views(found: Sequence[TopUpCard], *, whole: bool) -> tuple[DoubtfulTopUp, ...]:
    return tuple(_view(one, whole=whole) for one in found)


def _view(one: TopUpCard, *, whole: bool) -> DoubtfulTopUp:
    known = contracts.account(AccountId(one.account))
    number = known[1].number if known else ""
    return DoubtfulTopUp(
        id=one.id, provider=one.provider, title=title_of(one.provider), provider_id=one.provider_id,
        contract=number if whole or not number else f"…{number[-4:]}", purpose_title=PURPOSES[known[0].purpose] if known else "",
        amount_kop=one.amount_kop, fee_kop=one.fee_kop, state=one.state, problem=one.problem, text=WORDS.get(one.problem, OTHER),
        created_at=one.created_at, asked_at=one.asked_at,
    )  # fmt: skip
