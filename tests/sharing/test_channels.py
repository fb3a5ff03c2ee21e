"""What a request to a short link says of the way by which it came."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.models import Visit
from news.sharing.channels import channel_of, is_bot
from news.sharing.targets import share_targets

HOST = "news.example.go.th"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
LINE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari Line/14.16.0"
FACEBOOK = "Mozilla/5.0 (iPhone) Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]"


@pytest.mark.parametrize(
    ("query", "referrer", "user_agent", "expected"),
    [
        ({}, "", BROWSER, "direct"),
        ({}, f"https://{HOST}/th/", BROWSER, "direct"),
        ({"via": "qr"}, "", BROWSER, "qr"),
        ({"via": "QR"}, "https://www.facebook.com/", BROWSER, "qr"),
        ({"via": "nonsense"}, "https://l.facebook.com/l.php?u=x", BROWSER, "facebook"),
        ({"utm_source": "line"}, "", BROWSER, "line"),
        ({"utm_medium": "email", "utm_source": "ministry"}, "", BROWSER, "email"),
        ({}, "https://liff.line.me/1234", BROWSER, "line"),
        ({}, "android-app://jp.naver.line.android/", BROWSER, "line"),
        ({}, "", LINE, "line"),
        ({}, "", FACEBOOK, "facebook"),
        ({}, "https://t.co/abc", BROWSER, "x"),
        ({}, "https://mail.google.com/mail/u/0/", BROWSER, "email"),
        ({}, "https://www.google.com/", BROWSER, "other"),
        ({}, "https://notfacebook.com/", BROWSER, "other"),
        ({}, "https://facebook.com.evil.example/", BROWSER, "other"),
        ({}, "https://[broken", BROWSER, "direct"),
    ],
)
def test_the_channel_of_a_visit(query, referrer, user_agent, expected):
    assert channel_of(query, referrer, user_agent, HOST) == expected


@given(st.dictionaries(st.sampled_from(["via", "utm_source"]), st.text()), st.text(), st.text())
def test_nothing_that_a_request_says_makes_it_fail(query, referrer, user_agent):
    assert channel_of(query, referrer, user_agent, HOST) in Visit.Channel
    assert is_bot(user_agent) in (True, False)


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "facebookexternalhit/1.1;line-poker/1.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Twitterbot/1.0",
        "WhatsApp/2.23.20.0",
        "TelegramBot (like TwitterBot)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/130.0",
    ],
)
def test_programs_that_say_so_are_known(user_agent):
    assert is_bot(user_agent)


@pytest.mark.parametrize("user_agent", [BROWSER, LINE, FACEBOOK])
def test_people_are_not_taken_for_programs(user_agent):
    assert not is_bot(user_agent)


def test_the_sites_own_share_links_are_read_back_as_the_channel_they_name():
    targets = share_targets(title="ข่าว", url="https://news.example.go.th/s/k7m4q2")
    marks = [re.search(r"via%3D([a-z]+)", target.url)[1] for target in targets]
    assert marks == ["line", "facebook", "x", "email"]
    for mark in marks:
        assert channel_of({"via": mark}, "", BROWSER, HOST) == mark
