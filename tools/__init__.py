"""What the Makefile calls: the runner, generators of docs, scaffolds."""
