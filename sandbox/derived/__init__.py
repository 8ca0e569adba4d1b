"""What several systems work out of the town in the same way: averages, and the traces of a school day."""
