"""One settings module for every environment; what differs comes from the environment.

`OCSC_ENV` is `production` unless something says otherwise, and production has no default for a
secret: a missing variable stops the start with its name. `make run` writes a `.env` for a local
site.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from news.error_reports import hide_values
from ocsc_site.build import build_id

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if "OCSC_ENV" not in env.ENVIRON:
    # A local site's file; where the environment already says what this is, it says everything.
    environ.Env.read_env(BASE_DIR / ".env")

ENVIRONMENT = env.str("OCSC_ENV", "production")
if ENVIRONMENT not in {"production", "local", "test"}:
    raise ImproperlyConfigured(f"OCSC_ENV is {ENVIRONMENT!r}; it must be production, local or test")
PRODUCTION = ENVIRONMENT == "production"
TEST = ENVIRONMENT == "test"

DEBUG = False
SECRET_KEY = "test-only-" + "x" * 50 if TEST else env.str("OCSC_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("OCSC_OLD_SECRET_KEYS", default=[])
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("OCSC_SECRET_KEY must have at least 50 characters in production")

if PRODUCTION:
    ALLOWED_HOSTS = env.list("OCSC_ALLOWED_HOSTS")
    BASE_URL = env.str("OCSC_BASE_URL")
else:
    ALLOWED_HOSTS = env.list(
        "OCSC_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"]
    )
    BASE_URL = env.str("OCSC_BASE_URL", "http://testserver" if TEST else "http://127.0.0.1:8000")
BASE_URL = BASE_URL.rstrip("/")
# Behind TLS only when the public address says so, so that a local site and a laboratory work
# without it.
HTTPS = BASE_URL.startswith("https://")

# For .well-known/security.txt: a mailto: or https: address that is read.
SECURITY_CONTACT = env.str(
    "OCSC_SECURITY_CONTACT", f"mailto:security@{urlsplit(BASE_URL).hostname}"
)

# Part of every validator: a new release of the code must not be answered "not modified".
BUILD_ID = env.str("OCSC_BUILD_ID", "") or build_id(BASE_DIR)

DATA_DIR = Path(env.str("OCSC_DATA_DIR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    # Before the admin: it patches ModelAdmin's form fields.
    "modeltranslation",
    "ocsc_site.desk.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_prose_editor",
    "csp",
    "news",
]

MIDDLEWARE = [
    "news.request_log.RequestLogMiddleware",
    "news.middleware.PatienceMiddleware",
    "news.by_nginx.ByNginxMiddleware",
    # Outside whatever answers by itself, so that each answer says all, in the language of its path:
    # the way to https, static files, the refusal of a host that is not the site's.
    "news.middleware.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "news.middleware.CrossOriginMiddleware",
    "news.middleware.ContentPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "news.middleware.PathLanguageMiddleware",
    "news.middleware.HttpsMiddleware",
    # Has nothing left to do: Django's deployment checks ask for it by name.
    "django.middleware.security.SecurityMiddleware",
    "news.middleware.StaticFilesMiddleware",
    "news.middleware.DeskCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "news.middleware.DeskSessionMiddleware",
    "news.middleware.DeskLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "news.middleware.PublicReadsMiddleware",
]

ROOT_URLCONF = "ocsc_site.urls"
WSGI_APPLICATION = "ocsc_site.wsgi.application"
# A missing slash is answered by the URL contract itself, per page; a blanket redirect would guess.
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # The desk needs those of auth and messages. Both look at nobody until a template asks,
            # and no public one does: it would set `Vary: Cookie`, which ends all caching.
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "news.views.frame.frame",
            ],
        },
    },
]

# The desk's own inputs have templates among the project's.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
# In the desk's session rather than in a cookie, which every public page would be sent as well.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["CONN_MAX_AGE"] = None
    _database["OPTIONS"] = {
        # A transaction that begins as a reader and then writes can fail at once with SQLITE_BUSY,
        # whatever the timeout; IMMEDIATE takes the write lock first and waits for it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
            # Pages come from the file's mapping, without a copy and a system call each: search
            # reads a thousand rows at a time.
            "PRAGMA mmap_size=2147418112; PRAGMA cache_size=-16384"
        ),
    }
else:
    # Django's own, but that the web server doesn't wait for it without end.
    _database["ENGINE"] = "news.postgresql"
    _database["CONN_MAX_AGE"] = env.int("OCSC_CONN_MAX_AGE", 600)
    _database["CONN_HEALTH_CHECKS"] = True
    # A machine that is gone is known to be so in seconds; no limit on what is sent, for a server
    # that writes to its disk takes nothing in meanwhile. What DATABASE_URL says of it, TLS above
    # all (`?sslmode=verify-full&sslrootcert=...`), stays.
    _patience = {
        "connect_timeout": 2,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
    }
    _database["OPTIONS"] = _patience | _database.get("OPTIONS", {})
# The servers that may be the primary, as host:port, comma-separated: whichever takes writes is
# connected to, so that a promotion needs no change here. In place of the host of DATABASE_URL.
if DATABASE_HOSTS := env.list("OCSC_DATABASE_HOSTS", default=[]):
    _hosts = [host.rpartition(":") for host in DATABASE_HOSTS]
    _database["HOST"] = ",".join(host for host, _, _port in _hosts)
    _database["PORT"] = ",".join(port for _host, _, port in _hosts)
    _database["OPTIONS"]["target_session_attrs"] = "read-write"
# A streaming replica that the public is read from: one server, not several by turns.
if REPLICA_URL := env.str("OCSC_REPLICA_URL", ""):
    _replica = env.db_url_config(REPLICA_URL)
    DATABASES["replica"] = _replica | {
        "ENGINE": _database["ENGINE"],
        "CONN_MAX_AGE": _database["CONN_MAX_AGE"],
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # Nothing is written there, even where the address is that of a primary by mistake.
        "OPTIONS": _patience
        | _replica.get("OPTIONS", {})
        | {"options": "-c default_transaction_read_only=on"},
    }
    DATABASE_ROUTERS = ["news.sources.Router"]
# Held by a system check as well: image work and mail must never sit inside a transaction.
_database["ATOMIC_REQUESTS"] = False

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ocsc",
        # One that hangs is treated as one that is gone.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Finished pages in the memory of each process of the web server, beside what it needs itself; 0 for
# none. A page takes about 40 KB with both its compressed forms.
PAGE_STORE_BYTES = env.int("OCSC_PAGE_STORE_MB", 64) * 1024**2
# The same for what outlasts a publication of a release's page; about 15 KB each.
STENCIL_BYTES = env.int("OCSC_STENCILS_MB", 16) * 1024**2

LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
LANGUAGE_CODE = "th"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True

MODELTRANSLATION_DEFAULT_LANGUAGE = "th"
MODELTRANSLATION_LANGUAGES = ("th", "en")
# With fallbacks on, saving in one language writes the other language's text into its columns.
MODELTRANSLATION_ENABLE_FALLBACKS = False
MODELTRANSLATION_PREPOPULATE_LANGUAGE = "en"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("OCSC_STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Everything under media is private: the one view at /media/ decides who sees what.
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "news.storage.WholeFileSystemStorage"},
    "staticfiles": {
        # Tests don't collect static files: it takes longer than they do.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TEST
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Collected by one user and served by another; without this they are as private as uploads.
        "OPTIONS": {"file_permissions_mode": 0o644},
    },
}
# Uploads in an S3-compatible bucket instead, private: the one view hands them out as ever. Needs
# requirements-optional.txt; keys as boto3 finds them (AWS_ACCESS_KEY_ID and so on, or a role).
if S3_BUCKET := env.str("OCSC_S3_BUCKET", ""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("OCSC_S3_ENDPOINT", "") or None,
            "region_name": env.str("OCSC_S3_REGION", "") or None,
            "default_acl": None,
            # As files on a disk: what is there under a name stays.
            "file_overwrite": False,
        },
    }
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_PERMISSIONS = 0o640
# Set to an internal nginx location (`/protected/`) to let nginx send the bytes that Django allowed.
MEDIA_ACCEL_REDIRECT = env.str("OCSC_MEDIA_ACCEL_REDIRECT", "")

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A session of the desk ends when nothing has happened for so long, and in any case after a day's
# work; see news.accounts.sessions.
DESK_SESSION_IDLE_MINUTES = env.int("OCSC_SESSION_IDLE_MINUTES", 60)
DESK_SESSION_HOURS = env.int("OCSC_SESSION_HOURS", 12)
SESSION_ENGINE = "news.models.desk_session"
SESSION_COOKIE_AGE = DESK_SESSION_HOURS * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

LOGIN_REDIRECT_URL = "admin:index"
# Whoever can change what the public reads signs in with a telephone as well. Always in production;
# a local site lets the account in that `make run` prints, unless it wants to see how this feels.
SECOND_STEP_REQUIRED = PRODUCTION or env.bool("OCSC_SECOND_STEP", False)
# What the telephone lists the account under, beside its name.
OTP_TOTP_ISSUER = f"OCSC {urlsplit(BASE_URL).hostname}"

# Failed logins within so many minutes, and the pause after them: of one account from one address,
# and of all behind one address, which may be a whole office.
LOGIN_FAILURES = {"account": 5, "address": 100, "minutes": 15}

# smtp+tls://user:password@host:587. Without a mail server invitations and resets are links that an
# administrator hands over.
MAIL_URL = env.str("OCSC_MAIL_URL", "")
HAS_MAIL = bool(MAIL_URL)
if HAS_MAIL:
    _mail = env.email_url_config(MAIL_URL)
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail["EMAIL_HOST"] or "127.0.0.1"
    EMAIL_PORT = _mail["EMAIL_PORT"] or 25
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("OCSC_MAIL_FROM", f"noreply@{urlsplit(BASE_URL).hostname}")
SESSION_COOKIE_PATH = "/admin/"
CSRF_COOKIE_PATH = "/admin/"
CSRF_COOKIE_HTTPONLY = True
# Behind nginx no request says the port that browsers say in `Origin`.
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "news.views.errors.without_token"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

SECURE_SSL_REDIRECT = HTTPS and env.bool("OCSC_SSL_REDIRECT", True)
# The container's, the balancer's and Prometheus's own questions come without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("OCSC_HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.bool("OCSC_BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY = {
    name: []
    for name in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
}

# How often a process writes down the short links that were followed; 0: only when told to.
VISITS_WRITE_SECONDS = 0 if TEST else 10

# Requests of one reader a minute to what is dear, over all processes; pages that are kept don't
# count. Tests ask faster than any reader, and set their own.
_LIMITS = {"search": 60, "suggest": 240, "api": 300, "report": 5, "login": 30, "link": 5}
RATE_LIMITS = {} if TEST else _LIMITS

# Who may read /metrics: who has the token, and these networks (CIDR).
METRICS_TOKEN = env.str("OCSC_METRICS_TOKEN", "")
METRICS_NETWORKS = env.list("OCSC_METRICS_NETWORKS", default=["127.0.0.0/8", "::1/128"])
# A statement that takes longer is logged and counted, in milliseconds.
SLOW_QUERY_MS = env.int("OCSC_SLOW_QUERY_MS", 500)
# While this file exists /readyz says 503: a balancer sends nobody new before the stop.
DRAIN_FILE = env.str("OCSC_DRAIN_FILE", "")
# An OpenPGP public key that backups are encrypted to; without it they are readable by their owner.
BACKUP_KEY = Path(key) if (key := env.str("OCSC_BACKUP_KEY", "")) else None
# Errors are reported there; without it nothing of Sentry is loaded.
SENTRY_DSN = env.str("OCSC_SENTRY_DSN", "")

# Whether the worker looks if the pages that releases link to still exist; off where the server has
# no way out to the internet.
CHECK_LINKS = env.bool("OCSC_CHECK_LINKS", not TEST)

# Told as JSON which addresses a CDN has to forget when a release is gone; see news/purging.py.
PURGE_HOOK = env.str("OCSC_PURGE_HOOK", "")
PURGE_TOKEN = env.str("OCSC_PURGE_TOKEN", "")
if PURGE_HOOK and not PURGE_HOOK.startswith(("https://", "http://")):
    raise ImproperlyConfigured("OCSC_PURGE_HOOK must be an http(s) address")

# What an upload may weigh; the images' own limits (pixels, frames) are in news.images.validation.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(
                    allow=(
                        *("method", "route", "status", "milliseconds", "database", "statement"),
                        *("event", "account", "by"),
                    )
                ),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                hide_values,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        },
    },
    "filters": {"routes": {"()": "news.request_log.RouteForAddress"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["routes"],
            "formatter": "json" if PRODUCTION else "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("OCSC_LOG_LEVEL", "INFO")},
    "loggers": {
        # Its warnings are addresses that readers asked for; the line of the request has the status.
        "django.request": {"level": "ERROR"},
        # The same of what strangers send, with a traceback each: a host that is not the site's, a
        # form that is too large.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},
        "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
        # On a developer's screen a line a request says less than what went wrong.
        "news.request_log": {"level": "INFO" if PRODUCTION else "WARNING"},
        "news.accounts": {"level": "INFO" if PRODUCTION else "WARNING"},
    },
}
