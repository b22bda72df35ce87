"""What the strict backend refuses."""


class StrictTenancyError(RuntimeError):
    """A query would have run outside the city it belongs to: always a defect of code."""
