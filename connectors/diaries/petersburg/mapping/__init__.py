"""What the answers of the portal mean."""
