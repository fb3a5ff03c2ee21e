"""The first account at the desk."""

import re

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def printed(capsys, *arguments: str) -> str:
    call_command("create_editor", *arguments)
    return capsys.readouterr().out


def password_in(output: str) -> str:
    return re.search(r"Password: +(\S+)", output).group(1)


def test_the_password_it_prints_opens_the_desk_and_is_no_common_one(capsys, rf):
    password = password_in(printed(capsys))
    assert re.fullmatch(r"([2-9a-hj-km-np-z]{5}-){3}[2-9a-hj-km-np-z]{5}", password)
    editor = authenticate(rf.get("/admin/"), username="editor", password=password)
    assert editor is not None
    assert editor.is_staff
    assert editor.has_perm("news.change_pressrelease")


def test_an_editor_has_no_right_over_accounts(capsys):
    printed(capsys)
    editor = get_user_model().objects.get(username="editor")
    assert not editor.is_superuser
    assert not editor.has_module_perms("auth")


def test_two_accounts_never_share_a_password(capsys):
    passwords = {password_in(printed(capsys, name)) for name in ("somsri", "somchai")}
    assert len(passwords) == 2


def test_an_account_that_exists_keeps_its_password_and_the_way_to_change_it_is_said(capsys):
    printed(capsys)
    before = get_user_model().objects.get(username="editor").password
    again = printed(capsys)
    assert "Password:" not in again
    assert "changepassword editor" in again
    assert get_user_model().objects.get(username="editor").password == before
