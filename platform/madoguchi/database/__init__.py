"""The strict PostgreSQL backend: every query runs as one city, inside one transaction."""
