"""Words of the packages underneath that their own catalogues leave in English; nothing here is ever called.

The catalogue of the project translates them: the collector of messages finds them here and nowhere else.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

# Unfold and import-export
gettext_noop("%(class_name)s %(instance)s")
gettext_noop(
    "%(exc_name)s encountered while trying to read file. Ensure you have chosen the correct format for the file."
)
gettext_noop("Add new item")
gettext_noop("Add row")
gettext_noop("After you've created a user, you’ll be able to edit more user options.")
gettext_noop("All applications")
gettext_noop("Apply Filters")
gettext_noop("Bold")
gettext_noop("call to force_str() on instance failed: %s")
gettext_noop("Cancel")
gettext_noop("Change History")
gettext_noop("Change reason")
gettext_noop("Changed by")
gettext_noop("Changes")
gettext_noop("Choose a date from the list below to revert to a previous version of this object")
gettext_noop("Choose file to upload")
gettext_noop("Click to cancel")
gettext_noop("Click to download")
gettext_noop("Code")
gettext_noop("Collapse")
gettext_noop("Comment")
gettext_noop("Current file")
gettext_noop("Dark")
gettext_noop("Dataset not found. No action performed.")
gettext_noop("Date")
gettext_noop("Date from")
gettext_noop("Date to")
gettext_noop("Default")
gettext_noop("Enter an URL")
gettext_noop("Expand row")
gettext_noop("export failed due to IllegalCharacterError")
gettext_noop("False")
gettext_noop("Filters")
gettext_noop("Form is not validated, call `is_valid` first")
gettext_noop("From")
gettext_noop("Go back")
gettext_noop("Heading")
gettext_noop("Image preview")
gettext_noop("Indent decrease")
gettext_noop("Indent increase")
gettext_noop("Italic")
gettext_noop("Light")
gettext_noop("Link")
gettext_noop("Loading more results...")
gettext_noop("More actions")
gettext_noop("Name")
gettext_noop("Next")
gettext_noop("No data")
gettext_noop("No recent searches")
gettext_noop("No results found")
gettext_noop("No results matching your query")
gettext_noop("No valid data to import. Ensure your file has the correct headers or data for import.")
gettext_noop("Not enough data.")
gettext_noop("Ordered list")
gettext_noop("Paragraph")
gettext_noop("Press the 'Change History' button below to edit the history.")
gettext_noop("Press the 'Revert' button below to revert to this version of the object.")
gettext_noop("Previous")
gettext_noop("Quote")
gettext_noop(
    'Raw passwords are not stored, so there is no way to see this user’s password, but you can change the password using <a href="{}" class="text-primary-600 dark:text-primary-500">this form</a>.'
)
gettext_noop("Recent searches")
gettext_noop("Record picture")
gettext_noop("Redo")
gettext_noop("Reset filters")
gettext_noop("Reset to default")
gettext_noop("Resource")
gettext_noop("Return to site")
gettext_noop("Revert")
gettext_noop("Run")
gettext_noop("Search apps and models...")
gettext_noop("Select action")
gettext_noop("Select action to run")
gettext_noop("Select all")
gettext_noop("Select all rows")
gettext_noop('Select at least 1 field for "%(resource_name)s" to export')
gettext_noop("Select currency")
gettext_noop("Select format")
gettext_noop("Select record")
gettext_noop("Select value")
gettext_noop("Strike")
gettext_noop("System")
gettext_noop("The following fields are declared in 'import_id_fields' but are not present in the file headers: %s")
gettext_noop("The following fields are declared in 'import_id_fields' but are not present in the resource fields: %s")
gettext_noop("This exporter will export the following fields")
gettext_noop("This item will be deleted.")
gettext_noop("This object doesn't have a change history.")
gettext_noop("This page yielded into no results. Create a new item or reset your filters.")
gettext_noop("To")
gettext_noop("Toggle password visibility")
gettext_noop("True")
gettext_noop("Type to search")
gettext_noop("Underlined")
gettext_noop("Undo")
gettext_noop("Unlink")
gettext_noop("Unordered list")
gettext_noop("use_natural_foreign_keys and key_is_id cannot both be True")
gettext_noop("Value")
gettext_noop("Value could not be parsed.")
gettext_noop("View traceback")
gettext_noop("Welcome back to")
gettext_noop("You can not create nested object without parent")
gettext_noop("You have been successfully logged out from the administration")

# Django
gettext_noop("Model name")
gettext_noop("Add link")
gettext_noop("Change or view list link")
gettext_noop("After you’ve created a user, you’ll be able to edit more user options.")
gettext_noop("Error:")
gettext_noop("Forgotten your login credentials?")
gettext_noop("In case you’ve forgotten, you are:")
gettext_noop("%(model)s instance with %(field)s %(value)r is not a valid choice.")

# With a plural
ngettext_lazy("Export %(len)s selected item.", "Export %(len)s selected items.", 1)
ngettext_lazy(
    "\n                    Export %(len)s selected item.\n                ",
    "\n                    Export %(len)s selected items.\n                ",
    1,
)
ngettext_lazy(
    "\n                Found %(counter)s result in %(time)s seconds\n            ",
    "\n                Found %(counter)s results in %(time)s seconds\n            ",
    1,
)
ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
    1,
)
