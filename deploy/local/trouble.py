"""Refusals of the local tools that a person at the terminal can act on."""


class Trouble(Exception):
    """Something on this machine is missing or in the way; the text says what to do."""
