"""What dnevnik.ru's answers mean: wire types and their way into the canonical records."""
