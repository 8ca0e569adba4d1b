"""Payments through an acquirer, from the wish until the ledger has them, and the fees of each way."""

from hub.store.paying.tables import PayFee, TopUp

TABLES = (TopUp, PayFee)
