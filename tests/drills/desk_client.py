"""An editor without a browser: signs in, reads a form as a browser would, sends it back."""

import http.client
import re
from html.parser import HTMLParser
from urllib.parse import urlencode


class _Form(HTMLParser):
    """The inputs of the form with the id `wanted`, as a browser would send them unchanged."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.inside = wanted, False
        self.values: list[tuple[str, str]] = []
        self.area: tuple[str, list[str]] | None = None
        self.select = ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name") or ""
        if tag == "form":
            self.inside = self.wanted in {attrs.get("id"), attrs.get("class")}
        if not self.inside or (not name and tag != "option"):
            return
        if tag == "input":
            kind = attrs.get("type", "text")
            chosen = kind not in {"radio", "checkbox"} or "checked" in attrs
            if chosen and kind not in {"submit", "file"}:
                self.values.append((name, attrs.get("value") or ""))
        elif tag == "textarea":
            self.area = (name, [])
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in attrs:
            self.values.append((self.select, attrs.get("value") or ""))

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            self.values.append((self.area[0], "".join(self.area[1]).removeprefix("\n")))
            self.area = None
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.inside = False

    def handle_data(self, data):
        if self.area:
            self.area[1].append(data)


class Editor:
    """One session at the desk on 127.0.0.1; the port changes when the server is started anew."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str):
        """(status, Location, body). Raises OSError or HTTPException where the server dies."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(
                method, path, body, headers={"Host": "127.0.0.1", "Cookie": cookies} | headers
            )
            answer = connection.getresponse()
            content = answer.read()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, _is, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location", ""), content
        finally:
            connection.close()

    def form(self, path: str, name: str) -> dict[str, str]:
        status, _location, content = self.ask("GET", path)
        assert status == 200, (path, status)
        reader = _Form(name)
        reader.feed(content.decode())
        assert reader.values, f"{path} has no form {name}"
        return dict(reader.values)

    @staticmethod
    def encoded(values: dict[str, str]) -> str:
        return urlencode(values)

    def send(self, path: str, values: dict[str, str]):
        return self.ask(
            "POST",
            path,
            self.encoded(values).encode(),
            Content_Type="application/x-www-form-urlencoded",
        )

    def sign_in(self, username: str, password: str) -> None:
        _status, _location, content = self.ask("GET", "/admin/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', content)[1].decode()
        status, _location, _content = self.send(
            "/admin/login/",
            {"csrfmiddlewaretoken": token, "username": username, "password": password},
        )
        assert status == 302, status
