"""Work of this plug-in that comes round or runs aside, by room; all of it harmless to repeat."""
