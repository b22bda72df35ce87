"""What the city keeps of people, for how long, and how a person sees it or has it erased."""
