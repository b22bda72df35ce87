"""Bringing all cities to the migrations of this code: planned once, applied by many connections."""
