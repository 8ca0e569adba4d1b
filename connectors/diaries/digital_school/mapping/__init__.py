"""What the answers of the Khabarovsk cabinet mean."""
