"""The keys of the cities in the hands of our operators: newer keys, another wrapping key, copies, proof."""
