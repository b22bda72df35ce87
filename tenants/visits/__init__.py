"""Visits of our operators to a city, as the console asks for them."""
