"""Pages and editorial content of a city, on Wagtail: a core plugin that lives on the first floor."""
