"""Accounts: signing in, the second step, sessions that end, links to a password."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import hotp

from news import jobs
from news.accounts import links, lockout, second_step
from news.models import (
    AccessLink,
    AuditEntry,
    Autosave,
    DeskPreference,
    DeskSession,
    Job,
    LoginFailures,
    UnsavedText,
)
from tests.admin.conftest import signed_in
from tests.factories import PressReleaseFactory, person

PASSWORD = "k7m4q-long-enough"
NEW = "rain-on-the-roof-4"
LOGIN = "/admin/login/"
NOW = "2026-11-23T05:00:00Z"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def required(settings):
    settings.SECOND_STEP_REQUIRED = True


@pytest.fixture
def writer(db):
    """Writes, and publishes nothing."""
    user = get_user_model().objects.create_user("writer", password=PASSWORD, is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_pressrelease"))
    return user


def sign_in(client, name="editor", password=PASSWORD, **extra):
    return client.post(f"{LOGIN}?language=en", {"username": name, "password": password}, **extra)


def code_of(user) -> str:
    """What the telephone of `user` shows now, set up or about to be."""
    device = user.totpdevice_set.get()
    moment = int(timezone.now().timestamp())
    return f"{hotp(device.bin_key, moment // device.step):06d}"


def set_up(user) -> list[str]:
    """A telephone for `user`; gives the recovery codes."""
    device = second_step.begin(user)
    device.confirmed = True
    device.save()
    return second_step.make_recovery_codes(user)


def words(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


class TestSigningIn:
    def test_password_managers_find_their_way(self, client):
        page = client.get(LOGIN).content.decode()
        assert re.search(r'<input[^>]*name="username"[^>]*autocomplete="username"', page)
        assert re.search(r'<input[^>]*name="password"[^>]*autocomplete="current-password"', page)
        assert "onpaste" not in page
        assert 'autocomplete="off"' not in page

    def test_after_five_failures_even_the_right_password_has_to_wait(self, client, editor, clock):
        for _ in range(5):
            refused = sign_in(client, password="wrong")
        assert refused.status_code == 429
        assert refused["Retry-After"] == "900"
        assert "12:15, in 15 minutes" in words(refused).replace("\xa0", " ")
        assert sign_in(client).status_code == 429
        clock.shift(timedelta(minutes=14))
        assert sign_in(client).status_code == 429
        clock.shift(timedelta(minutes=1))
        assert sign_in(client).status_code == 302

    def test_waiting_is_said_in_thai_as_well(self, client, editor):
        for _ in range(6):
            refused = client.post(LOGIN, {"username": "editor", "password": "wrong"})
        assert "12.15" in words(refused)
        assert "อีก 15 นาที" in words(refused)

    def test_a_success_forgets_the_failures_before(self, client, editor):
        for _ in range(3):
            for _ in range(4):
                assert sign_in(client, password="wrong").status_code == 200
            assert sign_in(Client()).status_code == 302

    def test_an_account_that_is_not_there_gets_the_same_words(self, client, editor):
        def answers(name):
            return [
                (answer.status_code, words(answer).replace(name, "X").partition("<form")[0])
                for answer in (sign_in(Client(), name, "wrong") for _ in range(7))
            ]

        assert answers("editor") == answers("nobody")

    def test_a_capital_letter_is_no_new_account(self, client, editor):
        for name in ("editor", "Editor", "EDITOR", "ｅditor", "ediTor"):
            sign_in(client, name, "wrong")
        assert sign_in(client).status_code == 429

    def test_a_colleague_behind_the_same_address_gets_in(self, client, editor, writer):
        for _ in range(10):
            sign_in(client, password="wrong")
        assert sign_in(Client(), "writer").status_code == 302

    def test_the_owner_gets_in_from_elsewhere(self, client, editor):
        for _ in range(10):
            sign_in(client, password="wrong", REMOTE_ADDR="203.0.113.9")
        assert sign_in(client).status_code == 302

    def test_an_address_that_tries_everything_is_stopped(self, client, editor, settings):
        settings.LOGIN_FAILURES = {"account": 5, "address": 20, "minutes": 15}
        statuses = [sign_in(client, f"user{n}", "wrong").status_code for n in range(22)]
        assert statuses == [200] * 19 + [429] * 3
        assert sign_in(client).status_code == 429
        assert sign_in(client, REMOTE_ADDR="203.0.113.9").status_code == 302

    def test_many_who_sign_in_well_use_up_nothing(self, client, editor, settings):
        settings.LOGIN_FAILURES = {"account": 5, "address": 3, "minutes": 15}
        assert [sign_in(Client()).status_code for _ in range(10)] == [302] * 10

    def test_naming_other_addresses_does_not_help(self, client, editor, settings):
        for n in range(6):
            sign_in(client, password="wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")
        assert sign_in(client, HTTP_X_FORWARDED_FOR="203.0.113.99").status_code == 429
        settings.BEHIND_PROXY = True
        for n in range(6):
            said = f"203.0.113.{n}, 198.51.100.7"
            sign_in(client, password="wrong", HTTP_X_FORWARDED_FOR=said)
        assert sign_in(client, HTTP_X_FORWARDED_FOR="8.8.8.8, 198.51.100.7").status_code == 429

    def test_all_addresses_of_an_ipv6_customer_are_one(self):
        for n in range(5):
            lockout.take("somsri", f"2001:db8:1:2::{n:x}")
        with pytest.raises(lockout.Locked):
            lockout.take("somsri", "2001:db8:1:2:ffff::1")
        lockout.take("somsri", "2001:db8:1:3::1")

    def test_neither_names_nor_addresses_are_kept_in_the_clear_or_for_long(self, client, clock):
        sign_in(client, "somsri", "wrong", REMOTE_ADDR="203.0.113.9")
        kept = str(list(LoginFailures.objects.values()))
        assert "somsri" not in kept
        assert "203.0.113.9" not in kept
        clock.shift(timedelta(minutes=15))
        sign_in(client, "other", "wrong")
        assert LoginFailures.objects.count() == 2


class TestTheSecondStep:
    def test_who_can_publish_sets_it_up_before_anything_else(self, client, editor, required):
        sign_in(client)
        for url in ("/admin/", "/admin/news/pressrelease/", "/admin/account/", "/admin/jsi18n/"):
            assert client.get(url).url.startswith(LOGIN), url
        page = client.get("/admin/", follow=True)
        assert page.redirect_chain[-1][0].startswith("/admin/second-step/set-up/")
        assert client.get("/admin/second-step/set-up/code.svg")["Content-Type"] == "image/svg+xml"
        assert second_step.typed_key(editor.totpdevice_set.get()) in page.content.decode()
        wrong = client.post("/admin/second-step/set-up/", {"code": "000000"})
        assert wrong.status_code == 200
        assert client.get("/admin/").status_code == 302

    def test_setting_it_up_lets_in_and_shows_ten_codes_once(self, client, editor, required, clock):
        sign_in(client)
        client.get("/admin/second-step/set-up/")
        session = client.session.session_key
        done = client.post("/admin/second-step/set-up/", {"code": code_of(editor)})
        codes = re.findall(r"<code>([^<]+)</code>", done.content.decode())
        assert len(set(codes)) == 10
        assert client.session.session_key != session
        assert client.get("/admin/").status_code == 200
        kept = str(list(editor.staticdevice_set.get().token_set.values("token")))
        assert not any(code.replace("-", "") in kept.lower() for code in codes)
        # Its key is shown no more.
        assert client.get("/admin/second-step/set-up/").status_code == 302
        assert client.get("/admin/second-step/set-up/code.svg").status_code == 302

    def test_afterwards_signing_in_takes_a_code_that_is_good_once(self, editor, required, clock):
        set_up(editor)
        client, again = Client(), Client()
        for browser in (client, again):
            sign_in(browser)
            asked = browser.get("/admin/news/pressrelease/", follow=True)
            assert asked.redirect_chain[-1][0] == (
                "/admin/second-step/?next=/admin/news/pressrelease/"
            )
            assert 'autocomplete="one-time-code"' in asked.content.decode()
        code = {"code": code_of(editor), "next": "/admin/news/pressrelease/"}
        assert client.post("/admin/second-step/", code).url == "/admin/news/pressrelease/"
        assert client.get("/admin/news/pressrelease/").status_code == 200
        assert again.post("/admin/second-step/", code).status_code == 200
        assert again.get("/admin/").status_code == 302

    def test_wrong_codes_have_to_wait_longer_each_time(self, client, editor, clock):
        set_up(editor)
        sign_in(client)
        for _ in range(6):
            client.post("/admin/second-step/", {"code": "000000"})
            clock.shift(timedelta(seconds=40))
        right = {"code": code_of(editor)}
        client.post("/admin/second-step/", {"code": "000000"})
        refused = client.post("/admin/second-step/", right)
        assert refused.status_code == 200
        assert "โปรดลองใหม่" in words(refused)
        clock.shift(timedelta(minutes=5))
        assert client.post("/admin/second-step/", {"code": code_of(editor)}).status_code == 302

    @pytest.mark.parametrize("code", ["", "7", "abcdef", "๑๒", "0" * 400, "\0" * 6, "-12345"])
    def test_odd_codes_are_wrong_codes(self, client, editor, code):
        set_up(editor)
        sign_in(client)
        assert client.post("/admin/second-step/", {"code": code}).status_code == 200
        assert client.get("/admin/").status_code == 302

    def test_a_recovery_code_is_good_once_however_it_is_typed(self, editor, required, clock):
        first, second, *_ = set_up(editor)
        client = Client()
        sign_in(client)
        typed = {"code": f" {first.replace('-', ' ').upper()} "}
        assert client.post("/admin/second-step/?recovery=1", typed).status_code == 302
        assert "9" in words(client.get("/admin/"))
        other = Client()
        sign_in(other)
        assert other.post("/admin/second-step/?recovery=1", typed).status_code == 200
        clock.shift(timedelta(seconds=2))
        assert other.post("/admin/second-step/?recovery=1", {"code": second}).status_code == 302

    def test_recovery_codes_outlive_a_change_of_the_secret_key(self, editor, settings):
        code, *_ = set_up(editor)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another" * 10
        assert second_step.redeem(editor, code)

    def test_a_writer_is_not_asked_but_may_have_it(self, client, writer, required):
        sign_in(client, "writer")
        assert client.get("/admin/").status_code == 200
        set_up(writer)
        assert client.get("/admin/").status_code == 302

    @pytest.mark.parametrize("group", second_step.GROUPS)
    def test_groups_that_publish_or_administer_need_it(self, client, writer, required, group):
        writer.groups.add(Group.objects.get(name=group))
        sign_in(client, "writer")
        assert client.get("/admin/").status_code == 302

    def test_a_site_that_does_not_require_it_says_so(self, client, editor):
        assert "ไม่ใช่เว็บไซต์ที่ใช้งานจริง" in words(client.get(LOGIN))
        sign_in(client)
        assert "ไม่ใช่เว็บไซต์ที่ใช้งานจริง" in words(client.get("/admin/account/"))

    def test_half_way_one_can_sign_out_and_change_the_language(self, client, editor, required):
        sign_in(client)
        client.post("/admin/language/", {"language": "en"})
        assert "Set up the second step" in words(client.get("/admin/", follow=True))
        client.post("/admin/logout/")
        assert client.get("/admin/second-step/set-up/").url.startswith(LOGIN)

    def test_new_codes_and_another_telephone_take_a_code_of_this_one(self, editor, clock):
        client, old = Client(), set_up(editor)
        sign_in(client)
        client.post("/admin/second-step/", {"code": code_of(editor)})
        for url in ("/admin/account/codes/", "/admin/account/remove/"):
            assert client.post(url, {"code": "000000"}).status_code == 200
            clock.shift(timedelta(minutes=1))
        assert second_step.recovery_codes_left(editor) == 10
        shown = client.post("/admin/account/codes/", {"code": code_of(editor)})
        assert len(re.findall(r"<code>", shown.content.decode())) == 10
        assert not second_step.redeem(editor, old[0])
        clock.shift(timedelta(minutes=1))
        client.post("/admin/account/remove/", {"code": code_of(editor)})
        assert not second_step.is_set_up(editor)

    def test_nobody_sees_the_key_of_another(self, boss, editor):
        set_up(editor)
        assert boss.get("/admin/otp_totp/totpdevice/").status_code == 404
        key = second_step.typed_key(editor.totpdevice_set.get())
        page = boss.get(reverse("admin:auth_user_change", args=(editor.pk,))).content.decode()
        assert key.replace(" ", "") not in page.replace(" ", "")


class TestSessions:
    def test_one_ends_after_an_hour_without_activity_and_says_so(self, desk, clock):
        for _ in range(3):
            clock.shift(timedelta(minutes=59))
            assert desk.get("/admin/").status_code == 200
        clock.shift(timedelta(minutes=60))
        ended = desk.get("/admin/news/pressrelease/?q=a")
        assert ended.url.startswith(LOGIN)
        page = desk.get(ended.url)
        assert "You were signed out after 60 minutes" in words(page)
        assert page.context["next"] == "/admin/news/pressrelease/?q=a"
        assert not DeskSession.objects.exclude(user=None).exists()

    def test_one_ends_after_twelve_hours_of_whatever_activity(self, desk, clock):
        for _ in range(23):
            clock.shift(timedelta(minutes=30))
            assert desk.get("/admin/").status_code == 200
        clock.shift(timedelta(minutes=30))
        assert "12 hours at most" in words(desk.get("/admin/", follow=True))

    def test_looking_about_is_not_a_write_each_time(self, desk, django_assert_max_num_queries):
        desk.get("/admin/account/")
        with django_assert_max_num_queries(12) as asked:
            desk.get("/admin/account/")
        assert not [query for query in asked.captured_queries if "UPDATE" in query["sql"]]

    def test_a_new_password_ends_all_others(self, editor):
        here, there = Client(), Client()
        sign_in(here), sign_in(there)
        changed = here.post(
            "/admin/password_change/",
            {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
        )
        assert changed.status_code == 302
        assert here.get("/admin/").status_code == 200
        assert there.get("/admin/").status_code == 302

    def test_one_signs_out_everywhere_else(self, editor):
        here, there = Client(), Client()
        sign_in(here), sign_in(there)
        assert words(here.get("/admin/account/")).count("<li>") >= 2
        here.post("/admin/account/sign-out/")
        assert here.get("/admin/").status_code == 200
        assert there.get("/admin/").status_code == 302
        assert DeskSession.objects.of(editor).count() == 1

    def test_who_is_no_longer_active_is_out_at_once(self, desk, editor):
        editor.is_active = False
        editor.save()
        assert desk.get("/admin/").status_code == 302

    def test_a_session_without_a_beginning_is_over(self, desk):
        session = desk.session
        del session["desk_began"]
        session.save()
        assert desk.get("/admin/").url.startswith(LOGIN)


class TestPasswords:
    @pytest.mark.parametrize(
        ("password", "said"),
        [
            ("password1234", "ใช้กันทั่วไป"),
            ("short-1", "สั้นเกินไป"),
            ("somsri.jaidee", "คล้าย"),
        ],
    )
    def test_a_poor_one_is_refused_in_thai(self, client, password, said):
        user = get_user_model().objects.create_user("somsri.jaidee", is_staff=True)
        path = links.make(user).removeprefix("http://testserver")
        page = client.post(path, {"new_password1": password, "new_password2": password})
        assert said in words(page)
        assert AccessLink.objects.exists()

    def test_nobody_gives_one_to_another(self, boss, editor):
        before = editor.password
        url = reverse("admin:auth_user_change", args=(editor.pk,))
        assert boss.get(f"/admin/auth/user/{editor.pk}/password/").status_code == 404
        boss.post(f"/admin/auth/user/{editor.pk}/password/", {"password1": NEW, "password2": NEW})
        assert not re.search(r'name="(?:usable_)?password', boss.get(url).content.decode())
        assert not re.search(
            r'name="(?:usable_)?password', boss.get("/admin/auth/user/add/").content.decode()
        )
        editor.refresh_from_db()
        assert editor.password == before


class TestLinks:
    def add(self, boss, **fields):
        values = {"username": "somsri", "first_name": "", "last_name": "", "email": ""} | fields
        return boss.post("/admin/auth/user/add/", values)

    def path(self, response) -> str:
        return re.search(r"http://testserver(/admin/access/[^\"\s<]+)", response).group(1)

    def test_a_new_account_has_no_password_and_a_link_that_is_shown_once(self, boss, client):
        shown = self.add(boss).content.decode()
        user = get_user_model().objects.get(username="somsri")
        assert user.is_staff
        assert not user.has_usable_password()
        secret = self.path(shown).split("/")[-2]
        assert secret not in str(list(AccessLink.objects.values()))
        page = boss.get(reverse("admin:auth_user_change", args=(user.pk,))).content.decode()
        assert secret not in page
        chosen = {"new_password1": NEW, "new_password2": NEW}
        page = client.get(self.path(shown)).content.decode()
        assert page.count('autocomplete="new-password"') == 2
        assert client.post(self.path(shown), chosen).url == LOGIN
        assert client.post(self.path(shown), chosen).status_code == 404
        assert sign_in(client, "somsri", NEW).status_code == 302

    def test_looking_at_it_uses_nothing_up_and_a_newer_one_ends_it(self, client, editor):
        old = links.make(editor).removeprefix("http://testserver")
        for _ in range(3):
            assert client.get(old).status_code == 200
        links.make(editor)
        assert client.get(old).status_code == 404

    @pytest.mark.parametrize(("password", "hours"), [(PASSWORD, 24), (None, 7 * 24)])
    def test_it_lasts_a_day_and_an_invitation_a_week(self, client, clock, password, hours):
        user = get_user_model().objects.create_user("somsri", password=password, is_staff=True)
        path = links.make(user).removeprefix("http://testserver")
        clock.shift(timedelta(hours=hours, seconds=-1))
        assert client.get(path).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert client.get(path).status_code == 404

    def test_a_new_password_by_link_ends_sessions_and_keeps_the_second_step(self, desk, editor):
        set_up(editor)
        path = links.make(editor).removeprefix("http://testserver")
        Client().post(path, {"new_password1": NEW, "new_password2": NEW})
        assert desk.get("/admin/").status_code == 302
        assert second_step.is_set_up(editor)

    def test_an_inactive_account_has_no_way_in(self, client, editor):
        path = links.make(editor).removeprefix("http://testserver")
        editor.is_active = False
        editor.save()
        assert client.get(path).status_code == 404

    def test_where_there_is_mail_the_link_goes_there_alone(self, boss, client, settings):
        settings.HAS_MAIL = True
        answer = self.add(boss, email="somsri@example.org")
        assert answer.status_code == 302
        assert "access" not in str(list(Job.objects.values("payload")))
        jobs.run_waiting()
        (letter,) = mail.outbox
        assert letter.to == ["somsri@example.org"]
        assert client.get(self.path(letter.body)).status_code == 200
        assert "พ.ศ." not in letter.subject

    def test_who_forgot_gets_a_link_by_mail_and_nobody_learns_who_has_an_account(
        self, client, editor, settings
    ):
        settings.HAS_MAIL = True
        editor.email = "editor@example.org"
        editor.save()
        DeskPreference.objects.create(user=editor, language="en")
        pages = {
            words(client.post("/admin/forgotten/", {"name": name})).partition("<main")[2]
            for name in ("editor", "EDITOR@example.org", "nobody", "nobody@example.org")
        }
        assert len(pages) == 1
        # For each at most one in ten minutes, and all who are nobody are one.
        assert Job.objects.count() == 2
        jobs.run_waiting()
        (letter,) = mail.outbox
        assert letter.subject == "Your link to the OCSC news desk"
        assert client.get(self.path(letter.body)).status_code == 200

    def test_without_mail_who_forgot_is_told_whom_to_ask(self, client, editor):
        assert "ผู้ดูแลระบบ" in words(client.post("/admin/forgotten/", {"name": "editor"}))
        assert not Job.objects.exists()


class TestAdministrators:
    @pytest.fixture
    def manager(self, writer):
        """May change accounts, and is no superuser."""
        writer.user_permissions.add(
            *Permission.objects.filter(content_type__app_label="auth", codename__endswith="_user")
        )
        client = Client()
        client.force_login(writer)
        return client

    def test_a_lost_telephone_is_forgotten_and_its_sessions_end(self, boss, desk, editor):
        set_up(editor)
        boss.post(reverse("admin:auth_user_second_step", args=(editor.pk,)))
        assert not second_step.is_set_up(editor)
        assert desk.get("/admin/").status_code == 302

    def test_an_account_is_signed_out_everywhere(self, boss, desk, editor):
        boss.post(reverse("admin:auth_user_sessions", args=(editor.pk,)))
        assert desk.get("/admin/").status_code == 302

    @pytest.mark.parametrize("act", ["link", "second_step", "sessions"])
    def test_none_of_it_is_done_by_looking_nor_by_an_editor_nor_to_oneself(
        self, boss, desk, editor, administrator, act
    ):
        url = reverse(f"admin:auth_user_{act}", args=(editor.pk,))
        assert boss.get(url).status_code == 404
        assert desk.post(url).status_code == 403
        own = reverse(f"admin:auth_user_{act}", args=(administrator.pk,))
        assert boss.post(own).status_code == 403

    def test_who_manages_accounts_opens_none_that_may_do_everything(
        self, manager, administrator, writer, editor
    ):
        for act in ("link", "second_step", "sessions"):
            url = reverse(f"admin:auth_user_{act}", args=(administrator.pk,))
            assert manager.post(url).status_code == 403
        page = manager.get(reverse("admin:auth_user_change", args=(editor.pk,))).content.decode()
        assert 'name="username"' in page
        assert 'name="is_superuser"' not in page
        assert 'name="user_permissions"' not in page
        page = manager.get(reverse("admin:auth_user_change", args=(administrator.pk,)))
        assert 'name="username"' not in page.content.decode()


class TestEvents:
    def test_what_somebody_did_is_in_the_audit_trail_for_good(self, boss, editor, client):
        boss.post(reverse("admin:auth_user_link", args=(editor.pk,)))
        for _ in range(6):
            sign_in(client, password="wrong")
        written = AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "note")
        assert list(written) == [
            ("boss", "signed_in", ""),
            ("boss", "link_made", "editor"),
            ("", "locked", "editor"),
        ]

    def told(self, caplog) -> list[tuple[str, str]]:
        return [
            (record.event, record.account)
            for record in caplog.records
            if record.name == "news.accounts.events"
        ]

    def test_what_happens_is_told_and_a_mistyped_name_is_not(self, client, editor, caplog):
        caplog.set_level("INFO", "news.accounts")
        sign_in(client, "my-secret-password-in-the-wrong-input", "x")
        sign_in(client, password="wrong")
        sign_in(client)
        client.post("/admin/logout/")
        assert self.told(caplog) == [
            ("login failed", ""),
            ("login failed", "editor"),
            ("signed in", "editor"),
            ("signed out", "editor"),
        ]
        assert "my-secret" not in caplog.text
        for _ in range(6):
            sign_in(client, password="wrong")
        assert self.told(caplog)[-1] == ("locked after failed logins", "editor")


def test_the_question_before_an_account_is_deleted_names_nothing_but_the_account(boss):
    writer = person("writer", "somsri")
    signed_in(writer)
    secret = PressReleaseFactory(title_th="ข่าวลับ", is_limited=True, created_by=writer)
    secret.named.add(writer)
    kept = {"user": writer, "release": secret, "values": {"title_th": ["ข่าวลับมาก"]}}
    Autosave.objects.create(**kept)
    UnsavedText.objects.create(**kept, key="a", saved_at=timezone.now())
    key = DeskSession.objects.get(user=writer).session_key
    address = f"/admin/auth/user/{writer.pk}/delete/"
    page = boss.get(address).content.decode()
    assert "somsri" in page
    assert key not in page
    assert "ข่าวลับ" not in page
    assert "Sessions" not in page
    boss.post(address, {"post": "yes"})
    assert not DeskSession.objects.filter(session_key=key).exists()
    assert not get_user_model().objects.filter(username="somsri").exists()
