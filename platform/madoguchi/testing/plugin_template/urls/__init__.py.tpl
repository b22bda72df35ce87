"""The addresses: residents' and staff's hosts are apart."""
