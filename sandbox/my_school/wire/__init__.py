"""How the service words people, schools, bundles and refusals."""
