"""Errors and objects as the API writes them."""
