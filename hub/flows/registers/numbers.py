"""The number of a carrier as it is kept and shown: never a bank card's, whatever it is called (RULES D12)."""

from __future__ import annotations

from device_ingest import credentials
from device_ingest.credentials import is_bank_number
from hub.flows.refusals import Reason, Refused
from hub.store.school.carriers import SHOWN, CarrierKind

__all__ = ["is_bank_number", "masked", "number_of"]

NOT_A_BANK_CARD = (
    "Похоже на номер банковской карты: его мы не берём и не храним. Нужен номер школьной карты или метка, которую сделал терминал."
)


def masked(number: str) -> str:
    """The end of it, enough to tell two carriers apart."""
    return f"…{number.rpartition(':')[2]}" if number.startswith(SHOWN) else credentials.tail(number)


def number_of(kind: CarrierKind, typed: str) -> str:
    """As it is compared: a card's without spaces and signs between, a terminal's token as it is."""
    try:
        return credentials.plain(kind.value, typed)
    except credentials.BankCardNumber as error:
        raise Refused(Reason.MALFORMED, NOT_A_BANK_CARD) from error
    except ValueError as error:
        raise Refused(Reason.MALFORMED, f"Номер — латинские буквы и цифры, не длиннее {credentials.LONGEST} знаков.") from error
