"""Why somebody has to look at a payment; the words of `top_up.problem`."""

from __future__ import annotations

SUM_DIFFERS, KEY_TAKEN, REFUND_UNKNOWN, FEE_BACK, NO_ACCOUNT = "sum_differs", "key_taken", "refund_unknown", "fee_back", "no_account"
