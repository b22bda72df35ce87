"""Planned outages: announced under each contract's rule, agreed to, told to residents, and ended."""
