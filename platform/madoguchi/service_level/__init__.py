"""What a city is told about the service: the report of its log, month by month."""
