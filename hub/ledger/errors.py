"""Why the ledger does not take a posting; each is for a flow to word."""

from __future__ import annotations

from hub.ledger.model import AccountId, Floor, TransactionId


class LedgerRefusal(Exception):
    """Nothing of the posting was kept."""


class UnknownAccount(LedgerRefusal):
    def __init__(self, account: AccountId) -> None:
        super().__init__("there is no such account")
        self.account = account


class WrongPurpose(LedgerRefusal):
    """The account's money is for something else (RULES D2)."""


class AccountClosed(LedgerRefusal):
    """The contract has ended: nothing new is taken from the account."""


class NotEnough(LedgerRefusal):
    """The floor would be broken; the decision names its rule (RULES D5)."""

    def __init__(self, floor: Floor, available_kop: int) -> None:
        super().__init__(floor.rule)
        self.rule = floor.rule
        self.floor_kop = floor.kop
        self.available_kop = available_kop


class UnknownTransaction(LedgerRefusal):
    def __init__(self, txn: TransactionId) -> None:
        super().__init__("there is no such transaction")
        self.txn = txn


class OverReversed(LedgerRefusal):
    """More would be taken back than was given."""


class NotReversible(LedgerRefusal):
    """A reversal is not reversed: whoever erred again acts anew."""
