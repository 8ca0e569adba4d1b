"""What a letter looks like on the wire."""
