"""For whom a transaction is, as the policies of the rooms above ask it."""

from django.db import migrations

from core.rowsecurity import sight_functions


class Migration(migrations.Migration):
    dependencies = [("core", "0005_account_history")]
    operations = sight_functions()
