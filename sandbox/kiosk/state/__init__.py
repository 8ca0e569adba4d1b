"""Kiosks with their secrets, and who stands before one of them."""
