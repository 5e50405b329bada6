"""Signing in with the national eID: the protocol, SAML by HTTP-POST, and a stand-in of the node."""
