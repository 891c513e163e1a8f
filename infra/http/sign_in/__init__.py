"""Signing in and out over HTTP: a session in a cookie, proofs of one's own account, and other people's accounts."""
