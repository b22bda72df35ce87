"""What is true of words whatever the site."""
