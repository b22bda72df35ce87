"""What the rooms say a trial leaves behind."""

from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import TrialData


def kinds() -> tuple[TrialData, ...]:
    """List the rows of residents that every plugin declares, whether it is on or off."""
    return plugins.declared("trial_data")
