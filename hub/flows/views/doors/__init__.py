"""What opens a door, and who stands at it: cards and photos of a child, carriers that nobody has, the guard's screen."""
