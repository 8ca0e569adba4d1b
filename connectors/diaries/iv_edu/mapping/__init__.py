"""What the answers of the Ivanovo cabinet mean."""
