"""Words of invented people, planted through every door, and then looked for wherever something is kept."""
