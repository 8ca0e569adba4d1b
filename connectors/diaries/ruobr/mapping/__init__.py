"""What the answers of ruobr mean."""
