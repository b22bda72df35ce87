"""Signing in by the city's own directory (OpenID Connect)."""
