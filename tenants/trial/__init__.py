"""The trial of a city before it goes live: what is still to do, and throwing the test data away."""
