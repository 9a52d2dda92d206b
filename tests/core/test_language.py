import pytest
from django.conf import settings
from django.urls import reverse


@pytest.mark.parametrize(
    ("cookie", "spoken"), [(None, "zh-hans"), ("en", "en"), ("zh-hans", "zh-hans"), ("xx", "zh-hans"), ("", "zh-hans")]
)
def test_the_office_language_is_spoken_unless_another_one_of_ours_was_chosen(db, client, cookie, spoken):
    if cookie is not None:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    answer = client.get(reverse("admin:login"))
    assert answer.headers["Content-Language"] == spoken
    assert f'lang="{spoken}"' in answer.content.decode()


def test_what_a_browser_prefers_does_not_count(db, client):
    answer = client.get(reverse("admin:login"), headers={"accept-language": "en"})
    assert answer.headers["Content-Language"] == "zh-hans"
