"""Our operators in a city: they look, change nothing, and only while the city lets them."""
