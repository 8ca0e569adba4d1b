"""What the service's answers mean, in the canonical records."""
