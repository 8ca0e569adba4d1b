"""What is taken from a family's account: a meal, a paid lesson, a duplicate card; decided purely, posted once (RULES D5, D7, D8)."""
