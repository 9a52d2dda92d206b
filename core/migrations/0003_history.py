"""The database keeps what rows said before; the application's role can only read it."""

from django.db import migrations

from core.grants import withhold
from core.history import history_function


class Migration(migrations.Migration):
    dependencies = [("core", "0002_never_deleted")]
    operations = [history_function(), withhold(["core_rowchange"], "INSERT, UPDATE, DELETE")]
