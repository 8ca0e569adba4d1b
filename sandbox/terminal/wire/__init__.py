"""Requests of the four dialects, and what their answers mean."""
