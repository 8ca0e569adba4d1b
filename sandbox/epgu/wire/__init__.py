"""The service's envelopes: reading requests, writing answers, the WSDL."""
