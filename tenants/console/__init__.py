"""The operators' console: every city at a glance, one city whole, and the way to a new one.

Operators see contracts, switches, states and counts, never a resident.
"""
