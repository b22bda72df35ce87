"""The roof: settings, URLs and processes; the only place that names everything."""
