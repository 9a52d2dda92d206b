"""Every setting with a safe default. What a place may vary comes from the environment (docs/operations.md)."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import environment
from config.settings import browser_policy
from config.settings.admin_theme import UNFOLD  # noqa: F401 - a setting

BASE_DIR = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = environment.secret("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = environment.names("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # the site is core.door.site.OfficeSite
    "unfold.contrib.import_export",
    "config.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "import_export",
    "core",
    "centers",
    "grids",
    "cases",
    "disputes",
    "petitions",
    "supervision",
    "portal",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.headers.HeadersMiddleware",
    "core.middleware.RefuseNulMiddleware",
    "core.middleware.BusyMiddleware",
    "core.unreadable.UnreadableMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.OriginMiddleware",
    "core.middleware.OfficeLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.door.sessions.StayMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.TransactionMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
            ],
        },
    },
]

# Two roles share one schema: the owner migrates, the application's role owns nothing.
DATABASE_URL = environment.text("DATABASE_URL")
DATABASE_OWNER_URL = environment.text("DATABASE_OWNER_URL", DATABASE_URL)
DATABASE_APP_ROLE = environment.database(DATABASE_URL)["USER"]
DATABASE_ROLE = environment.text("DATABASE_ROLE", "app")
# Nobody waits for ever. A lock may be waited for longer than a stopped process keeps one, so that a job outlasts the
# other's end; pages wait less (config/wsgi.py). Migrations, which the owner makes, take the time they take.
DATABASE_LIMITS = {
    "statement_timeout": environment.whole("DATABASE_STATEMENT_SECONDS", default=120),
    "lock_timeout": environment.whole("DATABASE_LOCK_SECONDS", default=75),
    "idle_in_transaction_session_timeout": environment.whole("DATABASE_IDLE_SECONDS", default=60),
}
DATABASES = {
    "default": {
        **(
            environment.database(DATABASE_OWNER_URL)
            if DATABASE_ROLE == "owner"
            else environment.database(DATABASE_URL, limits=DATABASE_LIMITS)
        ),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Nothing is cached: no page may depend on the broker, and nothing that was taken away may live on. A roster alone waits
# there between preview and confirmation, and its upload says soon when it cannot.
REDIS_URL = environment.text("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "uploads": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)},
    },
}

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["centers.backends.PostBackend"]
ANONYMOUS_USER_NAME = None  # guardian makes no stand-in row for visitors
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "core.door.passwords.ClassesValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "core.door.passwords.HistoryValidator"},
]
PASSWORD_DAYS = environment.whole("PASSWORD_DAYS", default=90)
ACCOUNT_UNUSED_DAYS = environment.whole("ACCOUNT_UNUSED_DAYS", default=45)
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_AGE = environment.whole("SESSION_SECONDS", default=8 * 3600)
SESSION_IDLE_SECONDS = environment.whole("SESSION_IDLE_SECONDS", default=15 * 60)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
THEME_PATH = "/admin/"
CONTENT_SECURITY_POLICY = browser_policy.OF_THE_HOUSE
CONTENT_SECURITY_POLICY_OF_THEME = browser_policy.OF_THE_THEME
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
TRUSTED_PROXIES = environment.whole("TRUSTED_PROXIES", default=0)

REVEALS_A_DAY = environment.whole("REVEALS_A_DAY", default=50)
PERSONAL_DATA_KEYS = environment.key_ring("PERSONAL_DATA_KEYS")
IDENTITY_KEYS = environment.key_ring("IDENTITY_KEYS")
FILE_KEYS = environment.key_ring("FILE_KEYS")
LOOKUP_KEY = environment.key("LOOKUP_KEY")
environment.apart(
    PERSONAL_DATA_KEYS=PERSONAL_DATA_KEYS, IDENTITY_KEYS=IDENTITY_KEYS, FILE_KEYS=FILE_KEYS, lookup=LOOKUP_KEY
)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(BASE_DIR / "build" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": environment.text(
            "STATICFILES_BACKEND", "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        ),
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

ROSTER_MAX_BYTES = 40 * 1024 * 1024
ROSTER_MAX_ROWS = 200_000
ROSTER_EXPORT_AT_ONCE = 2_000  # rows; a longer list is made by a worker
ROSTER_FILES_AT_ONCE = 20  # of one person, read and not yet decided on
ATTACHMENT_MEGABYTES = environment.whole("ATTACHMENT_MEGABYTES", default=20)
ATTACHMENTS_A_CASE = environment.whole("ATTACHMENTS_A_CASE", default=40)
UPLOAD_MAX_BYTES = 100 * 1024 * 1024  # of all files of one request together
FILE_UPLOAD_MAX_MEMORY_SIZE = max(ROSTER_MAX_BYTES, ATTACHMENT_MEGABYTES * 1024 * 1024)
FILE_UPLOAD_HANDLERS = ["core.uploads.InMemoryUploadHandler"]  # an upload never touches the disk in plain
IMPORT_EXPORT_SKIP_ADMIN_LOG = True

# Messages also leave by e-mail as soon as a mail server is named.
OFFICE_URL = environment.text("OFFICE_URL", "").rstrip("/")
EMAIL_HOST = environment.text("EMAIL_HOST", "")
EMAIL_PORT = environment.whole("EMAIL_PORT", default=25)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = environment.flag("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "maplebridge@localhost")

# The broker carries hints only: it may lose them, be slow or be away, but never hold anybody up.
SWEEP_SECONDS = environment.whole("SWEEP_SECONDS", default=60)
DELIVERY_SECONDS = environment.whole("DELIVERY_SECONDS", default=10)
ROSTER_SECONDS = environment.whole("ROSTER_SECONDS", default=2)
HEARTBEAT_GRACE_SECONDS = environment.whole("HEARTBEAT_GRACE_SECONDS", default=60)
CELERY_BROKER_URL = environment.broker(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever: a broker that comes back finds its worker
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "visibility_timeout": 3600,
}
CELERY_TASK_PUBLISH_RETRY = False  # beat knocks again anyway
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_IMPORTS = ["config.urls"]  # messages hold links: loaded once, before the worker has children
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "core.beat.KnockingScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
# A knock that nobody hears for ten minutes is forgotten: longer than the clocks of two machines may differ.
KNOCK = {"expires": 600}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "supervision.sweep_clocks", "schedule": SWEEP_SECONDS, "options": KNOCK},
    "calendar": {"task": "centers.extend_calendar", "schedule": 24 * 3600, "options": KNOCK},
    "audit": {"task": "centers.verify_audit", "schedule": 24 * 3600, "options": KNOCK},
    "recompute": {"task": "cases.apply_calendar_changes", "schedule": SWEEP_SECONDS, "options": KNOCK},
    "deliver": {"task": "centers.deliver_messages", "schedule": DELIVERY_SECONDS, "options": KNOCK},
    "mail": {"task": "centers.send_mail", "schedule": DELIVERY_SECONDS, "options": KNOCK},
    "rosters": {"task": "grids.work_on_rosters", "schedule": ROSTER_SECONDS, "options": KNOCK},
    "exports": {"task": "grids.make_exports", "schedule": ROSTER_SECONDS, "options": KNOCK},
    "files": {"task": "grids.forget_files", "schedule": 3600, "options": KNOCK},
    "gateways": {"task": "centers.call_gateways", "schedule": DELIVERY_SECONDS, "options": KNOCK},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "core.reporting.LineFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
}
DEFAULT_EXCEPTION_REPORTER = "core.reporting.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "core.reporting.Filter"
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001"
]  # rights are read by centers.backends.PostBackend, which honours a post's dates

DEMO = environment.flag("DEMO", default=False)
# Only a demo may do without a second factor, and only because its people have no telephones.
SECOND_FACTOR = not DEMO or environment.flag("SECOND_FACTOR", default=False)

# Single sign-on is there as soon as a provider is named.
OIDC_ISSUER = environment.text("OIDC_ISSUER", "")
OIDC_CLIENT_ID = environment.text("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = environment.secret("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = environment.text("OIDC_NAME", "")
environment.refuse_half_a_provider(issuer=OIDC_ISSUER, client=OIDC_CLIENT_ID, secret=OIDC_CLIENT_SECRET, is_demo=DEMO)
LOCAL_STATE_DIR = Path(environment.text("LOCAL_STATE_DIR", str(BASE_DIR / "var")))
