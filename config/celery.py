"""The Celery application and its timetable. Beat only knocks: Postgres alone knows what is due."""

import os
from typing import Any

from celery import Celery, bootsteps

from core.confirmation import confirm_at_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class ConfirmKeys(bootsteps.StartStopStep):
    """A worker with wrong keys ends before it takes a job."""

    def start(self, _worker: Any) -> None:
        confirm_at_start()


app = Celery("maplebridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(ConfirmKeys)
