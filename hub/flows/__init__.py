"""The hub's stories: one file a story, each asks outside, decides purely, writes once."""
