"""The exports as a worker writes them: the same columns and cells as those that are handed out at once."""

from grids.enums import RosterKind
from grids.resources.rosters import GridResource, MemberResource
from grids.services.make_export import ExportTable


def table_of(kind: RosterKind, *, is_unmasked: bool) -> ExportTable:
    """Return headers and cells of a list; numbers of people are masked unless ``is_unmasked``."""
    resource = GridResource() if kind is RosterKind.GRIDS else MemberResource(is_unmasked=is_unmasked)
    return ExportTable(resource.get_export_headers(), resource.export_resource)
