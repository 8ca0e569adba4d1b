"""Records of what is paid regularly or by the piece."""
