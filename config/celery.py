"""The Celery application and its timetable. Beat only knocks: Postgres alone knows what is due."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("maplebridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
