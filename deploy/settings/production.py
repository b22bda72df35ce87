"""Real cities: everything from the environment, and no start with what must not serve them.

Each refusal names its variable; docs/reference/settings.md explains them, docs/how-to/install.md the order.
"""

from importlib.metadata import entry_points

from deploy.settings import environment, refusing, reporting
from deploy.settings.base import *  # noqa: F403
from deploy.settings.base import (
    DATABASE_MODE,
    LOGGING,
    MADOGUCHI,
    MEDIA_ROOT,
    MIDDLEWARE,
)
from deploy.settings.plugins import PLUGINS

DEBUG = False
refusing.refuse_debugging()
SECRET_KEY = refusing.secret_key("MADOGUCHI_SECRET_KEY")
SECRET_KEY_FALLBACKS = refusing.former_secret_keys("MADOGUCHI_FORMER_SECRET_KEYS")

# -- which release this is, and the names it answers to ---------------------------------------

RELEASE = environment.text("MADOGUCHI_RELEASE")
BASE_HOST = refusing.domain("MADOGUCHI_BASE_HOST")
STAFF_BASE_HOST = refusing.domain("MADOGUCHI_STAFF_BASE_HOST", BASE_HOST)
_DOMAINS = {"all": (BASE_HOST, STAFF_BASE_HOST), "internet": (BASE_HOST,), "lgwan": (STAFF_BASE_HOST,)}
ALLOWED_HOSTS = [
    *(f".{domain}" for domain in _DOMAINS[RELEASE]),
    *refusing.extra_hosts("MADOGUCHI_HOSTS"),
]
MADOGUCHI.update(
    SCHEME=refusing.scheme("MADOGUCHI_SCHEME"),
    PORT_SUFFIX="",
    BASE_HOST=BASE_HOST,
    STAFF_BASE_HOST=STAFF_BASE_HOST,
    OPERATORS_NETWORKS=refusing.operators_networks("MADOGUCHI_OPERATORS_NETWORKS", zones=MADOGUCHI["ZONES"]),
    # Whoever lets others in proves who they are twice, unless an installation says otherwise.
    SECOND_STEP=environment.choice(
        "MADOGUCHI_SECOND_STEP", of=("chosen", "administrators", "everybody"), default="administrators"
    ),
    LEFT_OUT_PLUGINS=refusing.plugins_left_out(
        "MADOGUCHI_LEFT_OUT_PLUGINS",
        installed=(
            *(name.rpartition(".")[2] for name in PLUGINS),
            *(point.name for point in entry_points(group="madoguchi.plugins")),
        ),
        release=RELEASE,
    ),
)

# -- servers ------------------------------------------------------------------------------------

refusing.database_url("MADOGUCHI_DATABASE_URL", without_tls="MADOGUCHI_DATABASE_WITHOUT_TLS")
if DATABASE_MODE == "owner":
    refusing.database_url("MADOGUCHI_OWNER_DATABASE_URL", without_tls="MADOGUCHI_DATABASE_WITHOUT_TLS")
else:
    refusing.refuse_foreign_rights("MADOGUCHI_OWNER_DATABASE_URL", "MADOGUCHI_ADMIN_DATABASE_URL")
refusing.broker_url("MADOGUCHI_VALKEY_URL", unprotected="MADOGUCHI_VALKEY_UNPROTECTED")
EMAIL_HOST = refusing.mail_server("MADOGUCHI_SMTP_HOST")
EMAIL_PORT = environment.whole_number("MADOGUCHI_SMTP_PORT", 587)
EMAIL_HOST_USER = environment.text("MADOGUCHI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = environment.text("MADOGUCHI_SMTP_PASSWORD", "")
EMAIL_USE_TLS = not refusing.said_yes("MADOGUCHI_SMTP_WITHOUT_TLS")

# -- keys, journal, files: four places that never lie in one another ------------------------------

_KEY_STORE = refusing.folder("MADOGUCHI_KEY_STORE")
_KEY_FILE = refusing.folder("MADOGUCHI_KEY_FILE")
_JOURNAL = refusing.folder("MADOGUCHI_JOURNAL")
_VAR = refusing.folder("MADOGUCHI_VAR")
refusing.refuse_inside("MADOGUCHI_KEY_FILE", _KEY_FILE, [("MADOGUCHI_KEY_STORE", _KEY_STORE)])
refusing.refuse_inside("MADOGUCHI_JOURNAL", _JOURNAL, [("MADOGUCHI_KEY_STORE", _KEY_STORE)])
for _name, _place in (("MADOGUCHI_KEY_STORE", _KEY_STORE), ("MADOGUCHI_KEY_FILE", _KEY_FILE)):
    refusing.refuse_inside(_name, _place, [("MADOGUCHI_VAR", _VAR), ("MADOGUCHI_JOURNAL", _JOURNAL)])
    refusing.refuse_inside(_name, _place, [("the folder of uploads", MEDIA_ROOT)])
    refusing.refuse_beside_the_database(_name, _place)
if DATABASE_MODE == "owner":
    # The owner runs what stands there as SQL: nobody who serves requests may write it.
    refusing.refuse_inside(
        "MADOGUCHI_TEMPLATES",
        refusing.folder("MADOGUCHI_TEMPLATES"),
        [("MADOGUCHI_VAR", _VAR), ("MADOGUCHI_JOURNAL", _JOURNAL), ("MADOGUCHI_KEY_STORE", _KEY_STORE)],
    )

# -- https, cookies, headers ----------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = refusing.proxy_header("MADOGUCHI_TLS_HEADER")
TRUSTED_PROXIES = refusing.proxies("MADOGUCHI_TRUSTED_PROXIES", needed_by="MADOGUCHI_TLS_HEADER")
USE_X_FORWARDED_HOST = False
SECURE_SSL_REDIRECT = True
# The kubelet, the load balancer and the metrics collector ask over plain HTTP, by address.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = refusing.hsts_seconds("MADOGUCHI_HSTS_SECONDS")
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
# Browsers take these from this very host over https only: no neighbour below the domain can plant one.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_NAME = "__Host-language"
X_FRAME_OPTIONS = "DENY"
MIDDLEWARE = [
    "madoguchi.web.addresses.ProxyHeadersMiddleware",
    *MIDDLEWARE,
]
# Browsers of some offices know this header and not frame-ancestors; previews relax it for themselves.
MIDDLEWARE.insert(
    MIDDLEWARE.index("madoguchi.web.policy.CSPMiddleware") + 1,
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)

# -- logs: one JSON object a line, with the city and without its residents ------------------------

LOGGING = {
    **LOGGING,
    "formatters": {"line": {"()": "madoguchi.web.logs.JsonLines", "release": RELEASE}},
}

# -- reports of errors: off by default, to a server of one's own, rebuilt from what tells of nobody -------

reporting.begin_reporting(
    dsn=reporting.error_sink("MADOGUCHI_SENTRY_DSN", environment.text("MADOGUCHI_SENTRY_DSN", "")),
    release=RELEASE,
)
