"""What the answers of NetSchool mean."""
