"""How staff sign in: accounts, passwords, and who is stopped after failures."""

from datetime import timedelta

AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesBackend",
    "madoguchi.accounts.backends.StaffBackend",
    "madoguchi.accounts.visits.visitors.VisitorBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["staff_code", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "madoguchi.web.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "madoguchi.accounts.views.sign_in.locked_out"
AXES_USERNAME_CALLABLE = "madoguchi.accounts.lockout.counted_name"
AXES_SENSITIVE_PARAMETERS = [
    "staff_code",
    "password",
    "csrfmiddlewaretoken",
    "reset_code",
    "new_password",
    "repeated",
    "current",
]
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
