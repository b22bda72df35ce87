"""The web process: synchronous, because a transaction belongs to one thread."""

import gc
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.local")

from django.core.wsgi import get_wsgi_application

# Requests publish tasks: without this app they would go to a broker that is not ours.
from deploy.celery import app as celery_app  # noqa: F401
from madoguchi.database.pooling import refuse_to_start_behind_a_leaking_pooler

application = get_wsgi_application()
refuse_to_start_behind_a_leaking_pooler()

# What is loaded now stays: looking through it again and again takes a tenth of every request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
