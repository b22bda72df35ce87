"""How people prove who they are: passwords, apps, keys, codes, and what a city asks of whom."""
