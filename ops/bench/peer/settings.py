"""The peer as it would run in production: nothing that the page does not need."""

import json
import os

PEER = json.loads(os.environ["PEER"])
DEBUG = False
SECRET_KEY = PEER["secret"]
ALLOWED_HOSTS = [".localhost"]
ROOT_URLCONF = "ops.bench.peer.pages"
WSGI_APPLICATION = "ops.bench.peer.wsgi.application"
USE_TZ = True
USE_I18N = False
LANGUAGE_CODE = "pl"
STATIC_URL = PEER["static_url"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SHARED_APPS = ["django_tenants", "django.contrib.contenttypes", "ops.bench.peer"]
TENANT_APPS = ["ops.bench.peer"]
INSTALLED_APPS = [*SHARED_APPS, "django.contrib.staticfiles"]
TENANT_MODEL = "peer.City"
TENANT_DOMAIN_MODEL = "peer.Host"
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DATABASES = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
        **PEER["database"],
    }
}

MIDDLEWARE = [
    "ops.bench.peer.tenancy.RememberingTenantMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["django.templatetags.static"]},
    }
]
