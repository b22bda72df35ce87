"""What holds for every way of running."""

from collections.abc import Container
from pathlib import Path
from typing import Any

from deploy.settings import environment, files
from deploy.settings.plugins import CORE_PLUGINS, PLUGINS
from deploy.settings.releases import ZONES
from deploy.settings.sign_in import *  # noqa: F403
from madoguchi.web.languages import LANGUAGES as PAGE_LANGUAGES
from madoguchi.web.languages import register_languages

ROOT = Path(__file__).resolve().parents[2]
VAR = environment.folder("MADOGUCHI_VAR", ROOT / "var")
PORT = environment.whole_number("PORT", 8000)

DATABASE_MODE = environment.choice("MADOGUCHI_DATABASE_MODE", of=("app", "owner"), default="app")
LOCAL_DATABASE = "postgresql://madoguchi_{}@127.0.0.1:5432/madoguchi"
APP_URL = environment.text("MADOGUCHI_DATABASE_URL", LOCAL_DATABASE.format("app"))
OWNER_URL = environment.text("MADOGUCHI_OWNER_DATABASE_URL", LOCAL_DATABASE.format("owner"))
DATABASES = {
    "default": environment.database(APP_URL, engine="madoguchi.database")
    if DATABASE_MODE == "app"
    else environment.database(OWNER_URL, engine="madoguchi.database.owner")
}
# The owner names its schema once per transaction, not with every statement.
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BASE_HOST = environment.text("MADOGUCHI_BASE_HOST", "localhost")
RELEASE = environment.choice("MADOGUCHI_RELEASE", of=tuple(ZONES), default="all")
MADOGUCHI: dict[str, Any] = {
    "DIRECTORY": "tenants.directory.directory",
    "CORE_PLUGINS": CORE_PLUGINS,
    "PLUGINS": PLUGINS,
    "RAISES_CONTRIBUTIONS": False,
    "DATABASE_MODE": DATABASE_MODE,
    "DATABASE_URL": APP_URL,
    "OWNER_DATABASE_URL": OWNER_URL,
    "ADMIN_DATABASE_URL": environment.text("MADOGUCHI_ADMIN_DATABASE_URL", ""),
    "APP_LOGIN": environment.database(APP_URL, engine="")["USER"],
    # Roles belong to the whole server, so their names carry the database's.
    "ROLE_PREFIX": environment.text("MADOGUCHI_ROLE_PREFIX", f"{DATABASES['default']['NAME']}_"),
    # Off behind a pooler that cannot follow prepared statements (PgBouncer before 1.21).
    "PREPARES_STATEMENTS": environment.choice(
        "MADOGUCHI_PREPARES_STATEMENTS", of=("yes", "no"), default="yes"
    )
    == "yes",
    # A pooler that lends a connection per transaction is refused unless it is meant (docs/adr/0011).
    "POOLER": environment.choice("MADOGUCHI_POOLER", of=("none", "transaction"), default="none"),
    "OPERATORS_SCHEMA": "operators",
    # From where our operators work: addresses and networks; none named, from anywhere.
    "OPERATORS_NETWORKS": environment.words("MADOGUCHI_OPERATORS_NETWORKS"),
    # Who hears what only our operators can answer: the end of a contract.
    "OPERATORS_MAIL": environment.text("MADOGUCHI_OPERATORS_MAIL", f"operators@{BASE_HOST}"),
    # Where mails that could not be delivered come back to, and what cities name in their SPF records.
    "SECOND_MAIL_SERVER": environment.text("MADOGUCHI_SMTP_SECOND", ""),
    "BOUNCE_HOST": environment.text("MADOGUCHI_BOUNCE_HOST", ""),
    "MAIL_SPF": environment.text("MADOGUCHI_MAIL_SPF", f"include:_spf.{BASE_HOST}"),
    # The least that every city asks of a sign-in beyond the password; a city may ask for more.
    "SECOND_STEP": environment.choice(
        "MADOGUCHI_SECOND_STEP", of=("chosen", "administrators", "everybody"), default="chosen"
    ),
    # Directories of cities (OpenID Connect) are asked at public addresses, and at those in these networks.
    "PROVIDER_NETWORKS": environment.words("MADOGUCHI_PROVIDER_NETWORKS"),
    "MOST_CITIES_PER_CONNECTION": environment.whole_number("MADOGUCHI_MOST_CITIES_PER_CONNECTION", 100),
    # A demonstration: every page says that its people are invented.
    "IS_DEMO": False,
    "BASE_HOST": BASE_HOST,
    # Staff arrive over another network: there the domain may be another, too.
    "STAFF_BASE_HOST": environment.text("MADOGUCHI_STAFF_BASE_HOST", BASE_HOST),
    "RELEASE": RELEASE,
    "ZONES": ZONES[RELEASE],
    # Off in every city as far as this process goes: what a network zone must not do.
    "LEFT_OUT_PLUGINS": environment.words("MADOGUCHI_LEFT_OUT_PLUGINS"),
    "SCHEME": "http",
    "PORT_SUFFIX": f":{PORT}",
    "PLATFORM_HOSTS": {},
    "URLCONFS": {
        "resident": "deploy.urls.resident",
        "staff": "deploy.urls.staff",
        "operators": "deploy.urls.operators",
    },
    "TEMPLATES": str(environment.folder("MADOGUCHI_TEMPLATES", VAR / "templates")),
    "KEY_STORE": str(environment.folder("MADOGUCHI_KEY_STORE", VAR / "keys")),
    "KEY_FILE": str(environment.folder("MADOGUCHI_KEY_FILE", VAR / "wrapping.key")),
    # While another wrapping key takes over: what it has not wrapped yet opens with this one.
    "FORMER_KEY_FILE": environment.text("MADOGUCHI_FORMER_KEY_FILE", ""),
    "SEAL_ALARM": "madoguchi.ledger.audit.alarms.seal_broken",  # who hears of a value that does not open
    "JOURNAL": str(environment.folder("MADOGUCHI_JOURNAL", VAR / "journal")),
    # Where the watcher asks instead of the public addresses, e.g. the services inside a cluster.
    "PROBE_AT": {
        "residents": environment.text("MADOGUCHI_PROBE_RESIDENTS_AT", ""),
        "staff": environment.text("MADOGUCHI_PROBE_STAFF_AT", ""),
    },
    "BRANDS": "madoguchi.brand.queries.brand_of",
    "SIGHT": "madoguchi.accounts.sight.eyes_of",
    "PROOF": "madoguchi.accounts.views.proving.proved_first",
    # Messages to addresses outside: further ports and networks, and whose certificates count.
    "WEBHOOK_PORTS": frozenset(map(int, environment.words("MADOGUCHI_WEBHOOK_PORTS"))),
    "WEBHOOK_NETWORKS": environment.words("MADOGUCHI_WEBHOOK_NETWORKS"),
    "WEBHOOK_CA_FILE": environment.text("MADOGUCHI_WEBHOOK_CA_FILE", ""),
    "CHOSEN": "madoguchi.preferences.queries.current",
    "READINESS": "tenants.readiness.not_ready_because",
    "DRAIN_FILE": environment.text("MADOGUCHI_DRAIN_FILE", ""),
    "METRICS": str(environment.folder("MADOGUCHI_METRICS", VAR / "metrics")),
    "METRICS_TOKEN": environment.text("MADOGUCHI_METRICS_TOKEN", ""),
    "METRICS_PAGE": "tenants.watch.metrics.page",
    # Where the pages lie that a proxy serves by itself while the site does not answer; empty: nowhere.
    "OUTAGE_PAGES": environment.text("MADOGUCHI_OUTAGE_PAGES", ""),
    "VALKEY_URL": environment.text("MADOGUCHI_VALKEY_URL", "redis://127.0.0.1:6379/0"),
    # Who looks into uploads, e.g. clamd://127.0.0.1:3310; with several a file must please each of them.
    "VIRUS_SCANNERS": environment.words("MADOGUCHI_VIRUS_SCANNERS"),
    **files.places(VAR),
}

# -- apps -----------------------------------------------------------------------------------

SHARED_APPS = ["django_tenants", "tenants"]
TENANT_APPS = [
    "madoguchi.database",
    "madoguchi.hooks",
    "madoguchi.ledger.audit",
    "madoguchi.ledger.outbox",
    "madoguchi.web",
    "madoguchi.web.api",
    "madoguchi.accounts",
    "madoguchi.places",
    "madoguchi.residents",
    "madoguchi.preferences",
    "madoguchi.brand",
    "madoguchi.notifications",
    "madoguchi.announcements",
    "madoguchi.exchange",
    "madoguchi.documents",
    "madoguchi.terminals",
    "madoguchi.service_level",
    "madoguchi.jobs",
    "madoguchi.approvals",
    "madoguchi.privacy",
    "cms",
    *PLUGINS,
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.contrib.redirects",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
INSTALLED_APPS = [
    *SHARED_APPS,
    *TENANT_APPS,
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
]
TENANT_MODEL = "tenants.City"
TENANT_DOMAIN_MODEL = "tenants.Domain"

# -- requests -------------------------------------------------------------------------------

# Every name reaches us; CityMiddleware answers 404 to those that open nothing.
ALLOWED_HOSTS = ["*"]
TRUSTED_PROXIES: Container[str] = ("127.0.0.1", "::1")
ROOT_URLCONF = "deploy.urls.resident"
WSGI_APPLICATION = "deploy.wsgi.application"
APPEND_SLASH = True
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "madoguchi.web.policy.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "madoguchi.web.health.HealthMiddleware",
    "madoguchi.web.metrics.MetricsMiddleware",
    "madoguchi.web.furigana.FuriganaMiddleware",
    "madoguchi.web.middleware.CityMiddleware",
    "madoguchi.accounts.middleware.SessionMiddleware",
    "madoguchi.web.middleware.LanguageMiddleware",
    "madoguchi.web.sizes.SizeMiddleware",
    "madoguchi.web.doors.DoorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "madoguchi.accounts.middleware.AuthenticationMiddleware",
    "madoguchi.accounts.asking.AskingMiddleware",
    "madoguchi.accounts.middleware.SessionCityMiddleware",
    "madoguchi.accounts.visits.middleware.VisitMiddleware",
    "madoguchi.accounts.middleware.PasswordChangeMiddleware",
    "madoguchi.accounts.middleware.DraftMiddleware",
    "madoguchi.accounts.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "madoguchi.web.errors.DomainErrorMiddleware",
    "madoguchi.web.middleware.CommitPointMiddleware",
    "madoguchi.web.intake.gate.IntakeMiddleware",
]
SECRET_KEY = environment.text("MADOGUCHI_SECRET_KEY", "")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "madoguchi.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# -- sessions, sign-in ----------------------------------------------------------------------

SESSION_ENGINE = "django.contrib.sessions.backends.db"
# In the city's own schema; a signed cookie would be believed by every city.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Longer than a city may let a session last.
SESSION_COOKIE_AGE = 10 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# -- caches ---------------------------------------------------------------------------------

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": MADOGUCHI["VALKEY_URL"],
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    },
    # Wagtail would keep sizes of pictures for ever: after a restore they would be those of other pictures.
    "renditions": {
        "BACKEND": "django.core.cache.backends.dummy.DummyCache",
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    },
}
CALENDAR_MICRO_CACHE_SECONDS = 1.0
# Whether visitors beyond the number a city chose queue before the booking pages.
HAS_WAITING_ROOM = True
# Whether Valkey keeps the window of failed guesses beside the rows in the database.
COUNTS_GUESSES_IN_BROKER = True

# -- pages ----------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            # Cotton and partials cannot both configure themselves: tags would come out unrendered.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "madoguchi.web.templatetags.madoguchi",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "madoguchi.web.context.page",
            ],
        },
    }
]
COTTON_ISOLATE_BY_DEFAULT = True
FORM_RENDERER = "madoguchi.web.forms.PageRenderer"
# Uploads hold personal data and never touch the disk unsealed; larger ones are dropped and the form says so.
# Whoever reads one first has it looked into: for bombs, viruses and My Numbers.
FILE_UPLOAD_HANDLERS = ["madoguchi.web.intake.uploads.GuardingUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024 + 65536
STATIC_URL = "/static/"
STATIC_ROOT = environment.folder("MADOGUCHI_STATIC", VAR / "static")
STORAGES = files.storages()
MEDIA_ROOT = VAR / "media"
WHITENOISE_MAX_AGE = 3600

# -- languages and time ---------------------------------------------------------------------

register_languages()
LANGUAGE_CODE = "ja"
LANGUAGES = PAGE_LANGUAGES
# The second carries what Wagtail's own Japanese lacks, for the scripts of its pages too.
LOCALE_PATHS = [ROOT / "platform" / "madoguchi" / "locale", ROOT / "cms" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

# -- Wagtail --------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Madoguchi"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_BASE_URL = ""
WAGTAILADMIN_LOGIN_URL = "/sign-in/"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# What an office makes and every phone opens; an archive hides from the scanner what is in it.
WAGTAILDOCS_EXTENSIONS = ["pdf", "xlsx", "docx", "csv", "txt"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.papers.PaperForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.pictures.PictureForm"
# A drawing (SVG) can carry programs.
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "gif", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# -- API ------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PARSER_CLASSES": ["madoguchi.web.api.parsers.ShallowJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "madoguchi.web.api.exceptions.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Madoguchi",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,  # a file is sent as bytes, and answered as an address
    "PREPROCESSING_HOOKS": ["madoguchi.web.api.schema.without_plugins_that_are_off"],
    "ENUM_NAME_OVERRIDES": {"Room": ["free", "few", "full", "closed"]},  # two rooms have states
}

# -- mail and background work ---------------------------------------------------------------

# Only Wagtail would use Django's mail, inside a request; ours goes through the relay.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_HOST = environment.text("MADOGUCHI_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = environment.whole_number("MADOGUCHI_SMTP_PORT", 1025)
EMAIL_TIMEOUT = 10

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {
        "without_secrets": {"()": "madoguchi.web.logs.WithoutSecrets"},
        "refusals_in_one_line": {"()": "madoguchi.web.logs.RefusalsInOneLine"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["refusals_in_one_line", "without_secrets"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
}
