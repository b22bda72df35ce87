"""What comes round in the world of our operators."""

from celery import shared_task

from madoguchi import clock
from tenants import contracts
from tenants.keys.tasks import reseal, reseal_rest
from tenants.outages.tasks import write_outage_pages

__all__ = ["alert_operators", "reseal", "reseal_rest", "write_outage_pages"]


@shared_task(name="tenants.alert_operators")
def alert_operators() -> None:
    """Mail our operators about the contracts that near their end."""
    contracts.alert_operators(now=clock.now())
