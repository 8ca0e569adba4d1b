"""What families write, as the stories tell it: letters and notices of absence."""
