"""How the calendar came to be what it is stays on record: the application's role may not delete it."""

from django.db import migrations

from core.grants import withhold


class Migration(migrations.Migration):
    dependencies = [("centers", "0002_tables")]
    operations = [withhold(["centers_calendarchange"], "DELETE")]
