"""What the answers of КИАСУО mean."""
