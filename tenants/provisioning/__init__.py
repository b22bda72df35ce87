"""From an empty server to a city: roles, the template schema, its replay, and what plugins add.

Everything here runs as the owner of the database (MADOGUCHI_DATABASE_MODE=owner).
"""
