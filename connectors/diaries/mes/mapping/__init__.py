"""What the answers of МЭШ mean."""
