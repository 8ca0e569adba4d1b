"""What two sources say differently about a child's day: raised once, asked about with one tap, answered by the school (RULES D7, E7)."""
