"""What was agreed and what was issued stays: the application's role may not delete it."""

from django.db import migrations

from core.grants import withhold


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_tables")]
    operations = [withhold(["supervision_supervisionnotice"], "DELETE")]
