"""The button leads to the provider and back, under the policy for browsers."""

import pytest
from playwright.sync_api import expect

from core import clock
from core.door import identities
from core.models import User

pytestmark = pytest.mark.browser


def test_the_button_leads_to_the_provider_and_back_into_the_house(chromium, live_server, served_house, provider):
    accounts = {user.username: user for user in User.objects.get_queryset()}
    provider.now = int(clock.now().timestamp())
    bound = {"actor": accounts["secadmin"], "reason": "Showed their card", "now": clock.now()}
    identities.bind(accounts["clerk"], subject="subject-1", **bound)
    with chromium.new_context(base_url=live_server.url, locale="zh-CN") as context:
        page = context.new_page()
        page.goto("/admin/login/?next=/admin/core/user/contact/")
        page.get_by_role("button", name="使用浙政钉登录").click()
        page.wait_for_url("**/admin/core/user/contact/")
        expect(page.get_by_role("heading", name="我的联系方式").first).to_be_visible()
