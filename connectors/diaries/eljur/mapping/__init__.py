"""What the answers of ЭлЖур mean."""
