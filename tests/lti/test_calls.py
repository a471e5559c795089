"""What goes to a learning platform, and what is not let through; against a server on loopback."""

import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from training_app import outgoing
from training_app.lti.calls import MOST_BYTES, CallFailed, CallRules, PlatformSession

LOOPBACK = CallRules(frozenset({"127.0.0.1", "localhost"}))


class Platform(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/elsewhere":
                self.answer(302, b"", {"Location": "/plain"})
            case "/huge":
                self.answer(200, b"x" * (MOST_BYTES + 1))
            case _:
                self.answer(200, self.path.encode(), {"Link": "<a>; rel=next", "link": "<b>; rel=last"})

    def do_POST(self) -> None:
        self.answer(201, self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@pytest.fixture(scope="module")
def platform():
    with ThreadingHTTPServer(("127.0.0.1", 0), Platform) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_answer_is_that_of_requests(platform):
    with PlatformSession(LOOPBACK) as session:
        got = session.get(f"{platform}/a?type_id=1", params={"limit": 2})
        posted = session.post(f"{platform}/a", json={"a": 1})
    assert (got.status_code, got.text, got.ok) == (200, "/a?type_id=1&limit=2", True)
    assert got.headers["LINK"] == "<a>; rel=next, <b>; rel=last"
    assert (posted.status_code, posted.json()) == (201, {"a": 1})


@pytest.mark.parametrize(("path", "fault"), [("/elsewhere", "points elsewhere"), ("/huge", "longer than")])
def test_what_points_elsewhere_or_has_no_end_is_no_answer(platform, path, fault):
    with PlatformSession(LOOPBACK) as session, pytest.raises(CallFailed, match=fault):
        session.get(platform + path)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://academy.example/keys", "https"),
        ("http://127.0.0.1/keys", "https"),
        ("ftp://academy.example/keys", "https"),
        ("https:///keys", "https"),
        ("https://user:secret@academy.example/", "user"),
        ("https://academy.example/#here", "fragment"),
        ("https://academy.example:port/", "no URL"),
        ("https://[::1/", "no URL"),
        ("https://academy.example/a b", "character"),
        ("https://academy.example/" + "a" * 2_000, "too long"),
    ],
)
def test_addresses_that_no_platform_has(url, fault):
    with pytest.raises(CallFailed, match=fault):
        CallRules().check(url)


def test_plain_http_will_do_on_loopback_for_a_host_that_is_named():
    LOOPBACK.check("http://LOCALHOST:8080/keys")


def test_a_private_address_is_called_for_a_host_that_is_named_only(platform):
    # Names that stand for this machine are asked for as https, which is what any other host must speak.
    with PlatformSession(CallRules()) as session, pytest.raises(CallFailed, match="may not be called"):
        session.get(platform.replace("http", "https"))


def test_nothing_is_called_where_one_of_several_addresses_may_not_be(monkeypatch):
    def both(host, port, **_):
        return [(0, 0, 0, "", (address, port)) for address in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was called"))
    with PlatformSession(CallRules()) as session, pytest.raises(CallFailed, match=r"10\.0\.0\.1, which may not"):
        session.get("https://academy.example/")


def test_proxies_of_the_environment_are_not_used(platform, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with PlatformSession(LOOPBACK) as session:
        assert session.get(f"{platform}/a").text == "/a"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::10.0.0.1", False),
        ("2002:0a00:0001::", False),
        ("fec0::1", False),
        ("64:ff9b:1::10.0.0.1", False),
        ("::10.0.0.1", False),
    ],
)
def test_which_addresses_are_of_the_internet(address, public):
    assert outgoing.is_public(ipaddress.ip_address(address)) is public
