"""ЮKassa, API v3: payments, captures, refunds, webhooks without a signature."""
