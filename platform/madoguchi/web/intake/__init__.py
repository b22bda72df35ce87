"""What people send us, looked at before anybody keeps it: My Numbers in words, harm in files."""
