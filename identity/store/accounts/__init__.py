"""What happens to accounts after the sign-in: profiles bound, persons merged, accounts recovered, changes that wait."""
