"""One settings file, driven by the environment (documented in docs/settings.md).

Without any variable this is a production configuration, and it refuses to start insecurely.
``CSPR_MODE=demo`` (what ``./dev`` sets) is the only relaxation, and every page says so.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = os.environ.get("CSPR_MODE", "production")
if MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("CSPR_MODE must be production, demo or test.")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DATA_DIR = Path(os.environ.get("CSPR_DATA_DIR", BASE_DIR / "var"))


def required(name: str, fallback: str) -> str:
    """The variable's value; outside production a fallback, in production its absence stops the start."""
    value = os.environ.get(name, "")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"Set {name}. docs/settings.md says what it is for.")
    return fallback


def listed(name: str) -> list[str]:
    """The variable's values, written one after the other with commas between; none when it is not set."""
    return [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]


def refuse_in_production(unsafe: bool, sentence: str) -> None:
    """Stops a production start that would be insecure, saying what to set instead."""
    if PRODUCTION and unsafe:
        raise ImproperlyConfigured(sentence)


# --- who we are -------------------------------------------------------------------------------------------
SITE_URL = required("CSPR_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
refuse_in_production(not SITE_URL.startswith("https://"), "CSPR_SITE_URL must begin with https://.")
SECRET_KEY = required("CSPR_SECRET_KEY", "only-for-demo-and-tests-" + "x" * 40)
refuse_in_production(len(SECRET_KEY) < 50, "CSPR_SECRET_KEY must be 50 random characters or more.")
SECRET_KEY_FALLBACKS = listed("CSPR_SECRET_KEY_FALLBACKS")
# What identities and files are sealed with (docs/decisions/0012): the first key seals, every key opens.
FIELD_KEYS_FILE = os.environ.get("CSPR_FIELD_KEYS_FILE")
FIELD_KEYS = (
    Path(FIELD_KEYS_FILE).read_text().replace(",", " ").split()
    if FIELD_KEYS_FILE
    else required("CSPR_FIELD_KEYS", "0f" * 32).replace(",", " ").split()
)
if not FIELD_KEYS or not all(re.fullmatch(r"[0-9a-fA-F]{64}", key) for key in FIELD_KEYS):
    raise ImproperlyConfigured("CSPR_FIELD_KEYS: every key is 64 hexadecimal digits.")
refuse_in_production(
    any(len(set(key)) < 8 for key in FIELD_KEYS), "CSPR_FIELD_KEYS must be random: see .env.example."
)
required("CSPR_ALLOWED_HOSTS", "outside production only this machine")
ALLOWED_HOSTS = listed("CSPR_ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "testserver"]
refuse_in_production("*" in ALLOWED_HOSTS, "CSPR_ALLOWED_HOSTS must name the hosts; * would accept any.")
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_fsm",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "cspr.sealed",
    "cspr.wall",
    "cspr.ui",
    "cspr.accounts",
    "cspr.audit",
    "cspr.clocks",
    "cspr.mail",
    "cspr.documents",
    "cspr.people",
    "cspr.backups",
    "referrals",
    "reviews",
]

MIDDLEWARE = [
    "cspr.logs.OneLineEach",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cspr.accounts.middleware.Walled",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cspr.accounts.middleware.RequireSecondFactor",
    "cspr.accounts.middleware.NeverStore",
    "cspr.people.watching.HoldBack",
    "cspr.pages.SentBefore",
]
ROOT_URLCONF = "cspr.urls"
WSGI_APPLICATION = "cspr.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cspr.ui.context.frame",
            ],
            "builtins": ["cspr.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "cspr.ui.forms.GovukRenderer"

# --- database ---------------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        required("DATABASE_URL", f"sqlite:///{DATA_DIR / 'cspr.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
ON_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
refuse_in_production(ON_SQLITE, "Production needs PostgreSQL: set DATABASE_URL=postgres://…")
if ON_SQLITE:
    # IMMEDIATE: a transaction that will write takes the write lock at once, so two people at the same row
    # queue instead of failing half-way (docs/decisions/0001).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # No page may hold a lock or a connection for long. 0 means no limit: for migrations (docs/settings.md).
    # The wall between partnerships (docs/decisions/0013). It travels with each statement, which a cursor that the
    # server keeps open has no room for.
    DATABASES["default"]["ENGINE"] = "cspr.wall.postgresql"
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    seconds = int(os.environ.get("CSPR_STATEMENT_TIMEOUT", "15"))
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        f"-c statement_timeout={seconds}s -c lock_timeout={min(seconds, 5)}s"
        " -c idle_in_transaction_session_timeout=30s"
        " -c jit=off"  # compiling a statement that asks who may see what takes longer than answering it
    )
# Only the migrate step has it, beside the owner's DATABASE_URL: as whom the site itself will sign in to the database.
APP_DATABASE_URL = os.environ.get("CSPR_APP_DATABASE_URL", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by every process, because sign-in attempts and used one-time codes are counted in it; and in the
# database, because the web must go on working without the broker. A migration of cspr.people makes its table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10000},
    }
}

# --- people and sessions ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["cspr.accounts.backends.People"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cspr.accounts.passwords.WordsOfTheField"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/work/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account exists only by invitation to that very address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# Tries a minute from one network address at links to answer without an account, and at their codes. Each link
# also counts its own wrong codes (reviews.models.request_link).
ACCOUNT_RATE_LIMITS = {"request_link": "60/m/ip", "request_link_code": "20/m/ip"}
ACCOUNT_ADAPTER = "cspr.people.adapter.InvitedOnly"
ACCOUNT_FORMS = {
    "login": "cspr.people.sign_in_forms.SignIn",
    "reset_password": "cspr.people.sign_in_forms.AskForNewPassword",
    "reset_password_from_key": "cspr.people.sign_in_forms.NewPassword",
    "change_password": "cspr.people.sign_in_forms.ChangePassword",
    "reauthenticate": "cspr.people.sign_in_forms.ProveItIsYou",
}
SOCIALACCOUNT_ADAPTER = "cspr.people.adapter.InvitedOnlySocial"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
SIGN_IN_FORM_MAY_GO_TO = [SELF]
if os.environ.get("CSPR_OIDC_CLIENT_ID"):
    OIDC_SERVER_URL = required("CSPR_OIDC_SERVER_URL", "")
    # Behind a shared address any organisation's directory could claim any e-mail address.
    if {"common", "organizations", "consumers"} & set(OIDC_SERVER_URL.split("/")):
        raise ImproperlyConfigured("CSPR_OIDC_SERVER_URL must name your own tenant.")
    SIGN_IN_FORM_MAY_GO_TO.append("/".join(OIDC_SERVER_URL.split("/")[:3]))
    tenant = {"server_url": OIDC_SERVER_URL, "verified_email": listed("CSPR_OIDC_EMAIL_DOMAINS")}
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "entra",
                "name": "Microsoft work account",
                "client_id": os.environ["CSPR_OIDC_CLIENT_ID"],
                "secret": required("CSPR_OIDC_CLIENT_SECRET", ""),
                "settings": tenant,
            }
        ],
    }
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Case review system"
MFA_FORMS = {
    "authenticate": "cspr.people.sign_in_forms.SecondFactor",
    "reauthenticate": "cspr.people.sign_in_forms.SecondFactorAgain",
    "activate_totp": "cspr.people.sign_in_forms.SetUpSecondFactor",
}
MFA_ADAPTER = "cspr.people.adapter.SealedSecrets"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an invitation reached the address before there was an account
MFA_REQUIRED = not DEMO
SESSION_ENGINE = "cspr.accounts.sessions"
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can make this system write to a stranger
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if os.environ.get("CSPR_BEHIND_TLS_PROXY") == "1":
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ALLAUTH_TRUSTED_PROXY_COUNT = 1  # or everybody would share one count of failed sign-ins
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": SIGN_IN_FORM_MAY_GO_TO,
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# Every device and power of a browser that browsers let a page give up, by the names all of them know:
# an unknown one is an error in the console of every page.
POWERS = (
    "accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope hid"
    " idle-detection magnetometer microphone midi payment picture-in-picture screen-wake-lock serial usb"
    " xr-spatial-tracking"
)
PERMISSIONS_POLICY: dict[str, list[str]] = {power: [] for power in POWERS.split()}

# --- language, time, files --------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
DATE_FORMAT = "j F Y"
USE_I18N = False
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Outside production nothing is collected: files are served from where they are kept.
STATIC_ROOT = Path(os.environ.get("CSPR_STATIC_ROOT", BASE_DIR / "staticfiles")) if PRODUCTION else None
STORAGES = {
    # Uploaded and rendered files: outside every public folder, only ever read through a checked view.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
TOMBSTONE_DIR = Path(os.environ.get("CSPR_TOMBSTONE_DIR") or DATA_DIR / "tombstones")
# The newest hash of every partnership's record, once a day: worth most where nobody of this server can write.
AUDIT_ANCHOR_DIR = Path(os.environ.get("CSPR_AUDIT_ANCHOR_DIR") or DATA_DIR / "anchors")
BACKUP_PUBLIC_KEY = os.environ.get("CSPR_BACKUP_PUBLIC_KEY", "")  # cspr.backups.apps refuses odd ones
# Where clamd listens: the path of its socket, or host:port. Empty: no virus scanner is asked.
CLAMAV = os.environ.get("CSPR_CLAMAV", "").removeprefix("unix:")
if CLAMAV and not re.fullmatch(r"/[^\0]+|[^/\s]+:\d{1,5}", CLAMAV):
    raise ImproperlyConfigured("CSPR_CLAMAV must be the path of a socket, or host:port.")
UPLOAD_MAX_BYTES = 25 * 1024 * 1024
UPLOAD_MAX_REFERRAL_BYTES = 100 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# --- mail -------------------------------------------------------------------------------------------------
EMAILS_GO = "smtp" if PRODUCTION else "filebased"
EMAIL_BACKEND = os.environ.get("CSPR_EMAIL_BACKEND", f"django.core.mail.backends.{EMAILS_GO}.EmailBackend")
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = os.environ.get("CSPR_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("CSPR_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("CSPR_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CSPR_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("CSPR_SMTP_TLS", "1" if PRODUCTION else "0") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = required("CSPR_FROM_EMAIL", "case-reviews@partnership.example")

# --- background work (docs/decisions/0003: the outbox) ----------------------------------------------------
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = required("REDIS_URL", "filesystem://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 0  # a "done" that a frozen Redis did not take would fill a limit for ever
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if CELERY_BROKER_URL.startswith("filesystem://"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": BROKER_DIR / "queue",
        "data_folder_out": BROKER_DIR / "queue",
        "control_folder": BROKER_DIR / "control",
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = dict.fromkeys(("socket_timeout", "socket_connect_timeout"), 2)
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"visibility_timeout": 300, "unacked_restore_throttle": 1}
# A beat tick only says "look in the database"; a lost or doubled tick changes nothing.
CELERY_IMPORTS = ["cspr.health"]
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "cspr.health.heartbeat", "schedule": 15.0, "options": {"expires": 15}},
    "anchor": {"task": "cspr.audit.tasks.anchor", "schedule": 3600.0, "options": {"expires": 3000}},
    "sweep": {"task": "referrals.tasks.sweep", "schedule": 3600.0, "options": {"expires": 3000}},
    "relay": {"task": "cspr.mail.tasks.relay", "schedule": 15.0, "options": {"expires": 15}},
    "render": {"task": "cspr.documents.tasks.render_waiting", "schedule": 2.0, "options": {"expires": 2}},
    "scan-files": {"task": "cspr.documents.tasks.scan_files", "schedule": 5.0, "options": {"expires": 5}},
    "check-files": {"task": "reviews.tasks.check_files", "schedule": 3.0, "options": {"expires": 3}},
    "dispose": {"task": "referrals.tasks.dispose", "schedule": 20.0, "options": {"expires": 20}},
    "release": {"task": "reviews.tasks.release", "schedule": 20.0, "options": {"expires": 20}},
}

READS_CASES = int(os.environ.get("CSPR_READS_CASES", "30"))  # what one person reads before others are told
READS_FILES = int(os.environ.get("CSPR_READS_FILES", "5"))
LOG_LEVEL = os.environ.get("CSPR_LOG_LEVEL")
TICKING = ("celery.beat", "celery.worker.strategy", "celery.app.trace")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "cspr.logs.Line"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL or "INFO"},
    "loggers": {
        # A line for each tick, every two seconds, would bury what matters.
        **{name: {"level": LOG_LEVEL or "WARNING"} for name in TICKING},
        # Both write to standard error in their own way, with addresses, unless they are told not to.
        **{name: {"handlers": ["stderr"], "propagate": False} for name in ("django", "gunicorn.error")},
    },
}
