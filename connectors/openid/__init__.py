"""Any standard OpenID Provider, declared by settings alone."""
