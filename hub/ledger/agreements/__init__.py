"""What a contract is made of and how it ends, decided without asking anybody: acceptance, numbers, requisites, payouts (RULES D9)."""
