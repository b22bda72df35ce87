"""A backup set of one city alone: its rows, its files, and nothing of anybody else."""
