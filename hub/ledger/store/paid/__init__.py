"""What a family agreed to pay for, word by word: tariffs, single SMS, and the month's cap (RULES D6, A14, F2)."""
