"""КИАСУО, the diary of the Krasnoyarsk region."""
