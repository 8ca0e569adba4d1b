"""What the platform writes: people, lessons, marks, homework, and its refusals."""
