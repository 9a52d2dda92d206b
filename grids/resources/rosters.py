"""The two exports as django-import-export knows them."""

from typing import Any

from import_export.fields import Field
from import_export.resources import ModelResource

from core.masking import mask_id_number, mask_mobile
from grids.enums import GridKind, GridPost, Sex
from grids.models import Grid, GridMember
from grids.rules import columns

KIND_WORDS = {kind: word for word, kind in columns.KINDS.items()}
POST_WORDS = {post: word for word, post in columns.POSTS.items()}
SEX_WORDS = {sex: word for word, sex in columns.SEXES.items()}


class GridResource(ModelResource):
    code = Field("code", columns.GRID_CODE)
    name = Field("name", columns.GRID_NAME)
    kind = Field(column_name=columns.GRID_KIND)
    households = Field("households", columns.HOUSEHOLDS)

    class Meta:
        model = Grid
        fields = ("code", "name", "kind", "households")

    def dehydrate_kind(self, grid: Grid) -> str:
        return KIND_WORDS[GridKind(grid.kind)]


class MemberResource(ModelResource):
    """Members leave the system with the services the user may see, and their numbers masked unless said otherwise."""

    def __init__(self, *, is_unmasked: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._is_unmasked = is_unmasked

    grid_code = Field(column_name=columns.GRID_CODE)
    grid_name = Field(column_name=columns.GRID_NAME)
    name = Field("name", columns.NAME)
    id_number = Field(column_name=columns.ID_NUMBER)
    sex = Field(column_name=columns.SEX)
    mobile = Field(column_name=columns.MOBILE)
    post = Field(column_name=columns.POST)
    starts_on = Field(column_name=columns.STARTS_ON)
    badge_no = Field("badge_no", columns.BADGE_NO)
    note = Field("note", columns.NOTE)

    class Meta:
        model = GridMember
        fields = (
            "grid_code", "grid_name", "name", "id_number", "sex", "mobile", "post", "starts_on", "badge_no", "note",
        )  # fmt: skip

    def dehydrate_grid_code(self, member: Any) -> str:
        return "、".join(service.grid.code for service in member.services_here)

    def dehydrate_grid_name(self, member: Any) -> str:
        return "、".join(service.grid.name for service in member.services_here)

    def dehydrate_post(self, member: Any) -> str:
        return "、".join(POST_WORDS[GridPost(service.post)] for service in member.services_here)

    def dehydrate_starts_on(self, member: Any) -> str:
        return "、".join(service.starts_on.isoformat() for service in member.services_here)

    def dehydrate_id_number(self, member: GridMember) -> str:
        return member.id_number if self._is_unmasked else mask_id_number(member.id_number)

    def dehydrate_mobile(self, member: GridMember) -> str:
        return member.mobile if self._is_unmasked else mask_mobile(member.mobile)

    def dehydrate_sex(self, member: GridMember) -> str:
        return SEX_WORDS[Sex(member.sex)]
