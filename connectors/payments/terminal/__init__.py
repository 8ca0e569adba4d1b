"""City terminals and a bank's counters: the provider calls the hub, in four dialects."""
