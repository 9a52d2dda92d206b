"""What was told to somebody stays on record: the application's role may not delete it."""

from django.db import migrations

from core.grants import withhold


class Migration(migrations.Migration):
    dependencies = [("core", "0001_tables")]
    operations = [
        withhold(["core_outboxmessage", "core_inboxmessage"], "DELETE"),
        withhold(["core_fenceentry", "core_doordecision"], "UPDATE, DELETE"),
        withhold(["core_externalidentity"], "DELETE"),
        withhold(["core_keyfingerprint"], "UPDATE, DELETE"),
        withhold(["core_externaldelivery", "core_webhookendpoint"], "DELETE"),
    ]
