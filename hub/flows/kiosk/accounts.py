"""The accounts of a contract as a kiosk shows them, with what its payment part needs to take cash (F127)."""

from __future__ import annotations

from hub.flows.kiosk.seen import Stand
from hub.flows.views.school.kiosk import KioskAccount, Terminal
from hub.ledger.model import PAY_TYPES
from hub.ledger.store import reading, terms
from hub.ledger.store.contracts import ContractState
from hub.ledger.texts import PURPOSES


def accounts_of(stand: Stand) -> tuple[KioskAccount, ...]:
    card = stand.contract
    balances = reading.balances([one.id for one in card.accounts])
    shown = []
    for one in card.accounts:
        said = terms.terms_of(card.school, one.purpose, stand.day)
        payable = card.state is ContractState.ACTIVE and not one.closed and one.purpose in PAY_TYPES and said.may_take
        shown.append(
            KioskAccount(
                purpose=one.purpose.value,
                title=PURPOSES[one.purpose],
                balance_kop=balances[one.id],
                top_up_min_kop=said.top_up_min_kop,
                top_up_max_kop=said.top_up_max_kop,
                terminal=Terminal(account=card.number, pay_type=PAY_TYPES[one.purpose]) if payable else None,
            )
        )
    return tuple(shown)
