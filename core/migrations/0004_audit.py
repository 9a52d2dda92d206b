"""The audit trail is only ever added to, and the database alone writes its chain."""

from django.db import migrations

from core.chain import chain_step
from core.grants import withhold


class Migration(migrations.Migration):
    dependencies = [("core", "0003_history")]
    operations = [
        chain_step(),
        withhold(["core_auditentry"], "UPDATE, DELETE"),
        withhold(["core_auditlink"], "INSERT, UPDATE, DELETE"),
        withhold(["core_auditqueue"], "SELECT, INSERT, UPDATE, DELETE"),
    ]
