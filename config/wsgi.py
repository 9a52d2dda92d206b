import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from core.confirmation import confirm_at_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Somebody sits before a page: it gives up sooner than a job, and says so.
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "30")
os.environ.setdefault("DATABASE_LOCK_SECONDS", "10")

application = get_wsgi_application()
confirm_at_start()
import_module(settings.ROOT_URLCONF)  # now, not while the first visitor waits
# What is loaded by now stays: going through all of it for cycles would hold a visitor up for a tenth of a second.
gc.collect()
gc.freeze()
