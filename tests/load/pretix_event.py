"""One event of pretix with items, each limited by a quota of its own; run by pretix's Python, never imported.

It takes the number of items, the room of each, and the room of the first; it prints what orders need as JSON.
"""

import json
import os
import sys
from datetime import UTC, datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "pretix.settings"
django.setup()

from django.db import transaction  # noqa: E402
from django_scopes import scopes_disabled  # type: ignore[import-not-found]  # noqa: E402
from pretix.base.models import Event, Organizer, Team  # type: ignore[import-not-found]  # noqa: E402

COUNT, ROOM, HOT_ROOM = (int(word) for word in sys.argv[1:])

with scopes_disabled(), transaction.atomic():
    organizer = Organizer.objects.create(name="Load", slug="load")
    team = Team.objects.create(
        organizer=organizer,
        name="Load",
        all_events=True,
        all_event_permissions=True,
        all_organizer_permissions=True,
    )
    # No plugin is switched on: fewer receivers for each order.
    event = Event.objects.create(
        organizer=organizer,
        name="Load",
        slug="load",
        currency="EUR",
        date_from=datetime(2099, 1, 1, tzinfo=UTC),
        live=True,
        plugins="",
    )
    items = []
    for number in range(COUNT):
        item = event.items.create(name=f"Hour {number}", default_price=0)
        quota = event.quotas.create(name=f"Hour {number}", size=ROOM if number else HOT_ROOM)
        quota.items.add(item)
        items.append(item.pk)
    print(json.dumps({"token": team.tokens.create(name="Load").token, "items": items}))
