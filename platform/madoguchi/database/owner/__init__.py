"""The owner's backend: django-tenants' own, with our way of changing tables."""
