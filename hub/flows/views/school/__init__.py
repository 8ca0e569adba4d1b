"""What the school's office sees."""
