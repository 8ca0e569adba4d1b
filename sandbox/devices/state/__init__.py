"""What stands at the doors of the town's schools, what the pupils carry, and which hub knows it."""
