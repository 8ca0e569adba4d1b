"""What the Schedule means, in the canonical records."""
