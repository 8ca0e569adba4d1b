"""The tests, by what they look at; helpers are imported by their full name, `tests.house.tree`."""
