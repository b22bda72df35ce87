"""What plugins are promised: switches, settings, hooks, and a plugin of somebody else."""
