"""What the service remembers: who may call, who asked to join which school, who is told."""
