"""What an account said before it was changed is on record, except for its password and its session."""

from django.db import migrations

from core.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("core", "0004_audit")]
    operations = [*keep_history("core_user", without=["password", "session_mark", "last_login"])]
