"""What a school keeps of its pupils: cards with guardians' SNILS, invitation codes, wrong tries."""
