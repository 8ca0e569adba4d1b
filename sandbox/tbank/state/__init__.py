"""What the bank remembers: payments, customers with their cards."""
