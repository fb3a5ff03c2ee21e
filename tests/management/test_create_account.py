"""The first account at the desk, and the way back into one."""

import re

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command, load_command_class

from news.accounts import second_step
from news.models import DeskSession

pytestmark = pytest.mark.django_db


def printed(capsys, *arguments: str) -> str:
    call_command(*arguments)
    return capsys.readouterr().out


def made(capsys, *arguments: str) -> str:
    return printed(capsys, "create_account", *arguments)


def account(name: str = "editor"):
    return get_user_model().objects.get(username=name)


def path_in(output: str) -> str:
    return re.search(r"http://testserver(/admin/access/\S+)", output).group(1)


def password_in(output: str) -> str:
    return re.search(r"Password: +(\S+)", output).group(1)


def test_the_first_administrator_chooses_a_password_behind_the_printed_link(capsys, client):
    output = made(capsys, "somchai", "--administrator")
    assert "Password:" not in output
    assert not account("somchai").has_usable_password()
    chosen = {"new_password1": "rain-on-the-roof-4", "new_password2": "rain-on-the-roof-4"}
    assert client.post(path_in(output), chosen).url == "/admin/login/"
    signed_in = client.post(
        "/admin/login/", {"username": "somchai", "password": "rain-on-the-roof-4"}
    )
    assert signed_in.url == "/admin/"
    assert account("somchai").is_superuser


def test_a_printed_password_opens_the_desk_and_is_no_common_one(capsys, rf):
    password = password_in(made(capsys, "editor", "--password"))
    assert re.fullmatch(r"([2-9a-hj-km-np-z]{5}-){3}[2-9a-hj-km-np-z]{5}", password)
    editor = authenticate(rf.get("/admin/"), username="editor", password=password)
    assert editor.is_staff
    assert editor.has_perm("news.publish_pressrelease")


def test_an_editor_has_no_right_over_accounts(capsys):
    made(capsys, "editor")
    assert not account().is_superuser
    assert not account().has_module_perms("auth")


def test_the_help_and_the_answer_say_which_role_an_account_has(capsys):
    assert "without it: a publisher" in " ".join(help_of("create_account").split())
    assert re.search(r"Role: +publisher$", made(capsys, "editor"), re.MULTILINE)
    output = made(capsys, "somchai", "--administrator")
    assert re.search(r"Role: +administrator$", output, re.MULTILINE)


def help_of(command: str) -> str:
    return load_command_class("news", command).create_parser("manage.py", command).format_help()


def test_two_accounts_never_share_a_password(capsys):
    names = ("somsri", "somchai")
    assert len({password_in(made(capsys, name, "--password")) for name in names}) == 2


def test_an_account_that_exists_is_left_alone_and_the_way_in_is_said(capsys):
    made(capsys, "editor", "--password")
    before = account().password
    again = made(capsys, "editor", "--password", "--administrator")
    assert "Password:" not in again
    assert "access_link editor" in again
    assert account().password == before
    assert not account().is_superuser


def test_who_has_lost_everything_is_let_back_in_from_the_machine_itself(capsys, client):
    made(capsys, "editor", "--password")
    device = second_step.begin(account())
    device.confirmed = True
    device.save()
    client.force_login(account())
    plain = path_in(printed(capsys, "access_link", "editor"))
    assert second_step.is_set_up(account())
    whole = path_in(printed(capsys, "access_link", "editor", "--without-second-step"))
    assert not second_step.is_set_up(account())
    assert not DeskSession.objects.of(account()).exists()
    assert client.get(plain).status_code == 404
    assert client.get(whole).status_code == 200


def test_there_is_no_link_for_an_account_that_is_not_there(capsys):
    with pytest.raises(CommandError, match="nobody"):
        printed(capsys, "access_link", "nobody")
