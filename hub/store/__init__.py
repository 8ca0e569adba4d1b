"""The hub's own tables and the database that runs them."""
