"""Benchmarks: each prints one line per figure, with the counts that prove it honest."""
