"""How the calendar came to be what it is, who received for whom, and how the tree changed, stays on record: no role but the owner deletes it."""

from django.db import migrations

from core.grants import withhold


class Migration(migrations.Migration):
    dependencies = [("centers", "0001_tables")]
    operations = [
        withhold(["centers_calendarchange", "centers_standin"], "DELETE"),
        withhold(["centers_reorganisation", "centers_formerplace"], "UPDATE, DELETE"),
    ]
