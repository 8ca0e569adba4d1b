"""Gosuslugi (ESIA) as an identity provider."""
