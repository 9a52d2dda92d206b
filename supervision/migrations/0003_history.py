"""What a notice said before it was changed is on record."""

from django.db import migrations

from core.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_never_deleted"), ("core", "0003_history")]
    operations = [*keep_history("supervision_supervisionnotice", matter="case_id", events=("update", "delete"))]
