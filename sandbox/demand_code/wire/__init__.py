"""Hashes, errors, the bar code of a demand."""
