"""Which cities exist: the public schema, provisioning and our operators' console."""
