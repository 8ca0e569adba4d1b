"""A contract's end and what is paid out after it: closing, the payer's choice, the office's queue (RULES D9; F156)."""
