"""The web process: synchronous, because a transaction belongs to one thread."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.local")

from django.core.wsgi import get_wsgi_application

# Requests publish tasks: without this app they would go to a broker that is not ours.
from deploy.celery import app as celery_app  # noqa: F401
from deploy.collecting import collect_seldom
from madoguchi.database.pooling import refuse_to_start_behind_a_leaking_pooler

application = get_wsgi_application()
refuse_to_start_behind_a_leaking_pooler()
collect_seldom()
