from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from core import clock
from core.admin.bases import ReadOnlyAdmin, account
from core.models import InboxMessage


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyAdmin):
    """One's own messages; opening one marks it as read."""

    list_display = ("subject", "reason", "delivered_at", "is_read")
    fields = ("subject", "body", "reason", "delivered_at")
    ordering = ("-delivered_at", "-pk")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    @admin.display(description=_("read"), boolean=True)
    def is_read(self, message: InboxMessage) -> bool:
        return message.read_at is not None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Mark the message as read and go to what it is about, if it is about something."""
        if not object_id.isdecimal():
            raise Http404
        message = get_object_or_404(InboxMessage.objects.visible_to(account(request)), pk=object_id)
        InboxMessage.objects.filter(pk=message.pk, read_at=None).update(read_at=clock.now())
        if message.link:
            return HttpResponseRedirect(message.link)
        return super().change_view(request, object_id, form_url, extra_context)
