"""The suite's settings for a real web server: static files straight from the packages."""

from deploy.settings.testing import *  # noqa: F403

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
