"""Tokens, codes and answers as the bank writes them."""
