"""How Celery runs here: nothing is kept by the broker that the database does not know."""

from typing import Any, Final

CELERY: Final[dict[str, Any]] = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_ignore_result": True,
    "result_backend": None,
    "task_serializer": "json",
    "accept_content": ["json"],
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "broker_connection_retry_on_startup": True,
    # A worker that dies gives its task back after this long; imports take minutes, not hours.
    "broker_transport_options": {"visibility_timeout": 3600},
    "timezone": "Asia/Tokyo",
    "enable_utc": True,
}
