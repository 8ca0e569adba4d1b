"""One imaginary town: its people, schools and school year, made anew from a seed and a date."""
