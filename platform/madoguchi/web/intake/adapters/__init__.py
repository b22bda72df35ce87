"""Scanners of several houses behind one port."""
