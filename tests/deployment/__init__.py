"""What is delivered: zones, image, compose file and chart."""
