"""`hub serve` and `hub work`: what runs until it is told to stop."""
