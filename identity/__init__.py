"""Persons, their links to outside accounts, and the evidence that justifies every link."""
