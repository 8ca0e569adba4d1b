"""What the acquirer remembers: payments, refunds, receipts, saved methods, keys of repeated requests."""
