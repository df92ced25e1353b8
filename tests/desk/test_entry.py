"""Who gets to the desk, from where, and what nobody can do in somebody else's name."""

from __future__ import annotations

import pytest
from starlette.routing import Route

from ivr.desk.walls import is_loopback, own_names
from ivr.settings import load
from tests.asterisk.switch import until
from tests.desk.conftest import GOOD, Desk, form, press

OPEN = {"/health", "/sign-in", "/look", "/static/{name}", "/assets/{name}"}
"""What a stranger may ask for, besides the page `/phone` and what belongs to it."""
TELEPHONE = {"/phone", "/phone/calls", "/phone/calls/{id}", "/sip"}
PAGES = {"/wallboard", "/callers", "/calls", "/calls/{call}", "/messages"}
STREAMS = {"/events/wallboard", "/events/callers", "/events/calls/{call}"}
BUTTONS = {"/messages/retry", "/callers/take-back", "/listen", "/listen/stop"}
FILES = {"/calls/{call}/recording"}
FOR_SUPERVISORS = PAGES | STREAMS | BUTTONS | FILES


def test_every_route_says_who_may_use_it_and_nothing_more_is_open(desk: Desk) -> None:
    access = {
        route.path: getattr(route.endpoint, "access", "anyone")
        for route in desk.app.routes
        if isinstance(route, Route) and route.path not in TELEPHONE
    }
    assert {path for path, who in access.items() if who == "anyone"} == OPEN
    assert {path for path, who in access.items() if who == "supervisor"} == FOR_SUPERVISORS
    assert {getattr(route, "path", "") for route in desk.app.routes} == {*access, *TELEPHONE}


def test_a_stranger_is_led_to_the_sign_in_and_can_do_nothing(desk: Desk) -> None:
    browser = desk.browser()
    for route in desk.app.routes:
        if not isinstance(route, Route) or getattr(route.endpoint, "access", "anyone") == "anyone":
            continue
        path = route.path.replace("{call}", "call-1")
        if "POST" in (route.methods or ()):
            assert browser.post(path, data=form(browser, "/sign-in")).status_code == 401, path
        else:
            answer = browser.get(path)
            assert answer.headers.get("location") == "/sign-in" or answer.status_code == 401, path
    assert desk.board.asked == []


def test_an_agent_gets_nowhere_where_only_supervisors_may(desk: Desk) -> None:
    browser = desk.signed_in("anna")
    for path in FOR_SUPERVISORS:
        post = path in BUTTONS
        answer = browser.post(path, data=form(browser, "/", message="1")) if post else browser.get(path)
        assert answer.status_code == 403, path


def test_a_supervisor_sees_every_page(desk: Desk) -> None:
    browser = desk.signed_in("vera", "phone09")
    for path in PAGES:
        assert browser.get(path.replace("{call}", "call-1")).status_code == 200, path


def test_an_agent_signs_in_at_a_telephone_and_is_on_the_line(desk: Desk) -> None:
    browser = desk.signed_in("anna", "phone01")
    assert ("sign_in", "anna", "phone01") in desk.board.asked
    page = browser.get("/").text
    assert "Анна Орлова" in page and "phone01" in page


def test_the_cookie_is_for_this_desk_and_for_no_script(desk: Desk) -> None:
    browser = desk.browser()
    data = form(browser, "/sign-in", login="anna", password=GOOD, seat="phone01")
    cookie = browser.post("/sign-in", data=data).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "secure" not in cookie


def test_off_loopback_the_cookie_travels_by_https_alone(desk: Desk) -> None:
    services = desk.app.state.desk
    services.settings = load(desk_host="192.0.2.1")
    assert services.secure_cookies
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "desk.example")] == [
        *[True] * 3,
        *[False] * 2,
    ]


@pytest.mark.parametrize("login", ["anna", "nobody", "", "\0", "anna' OR 1=1 --"])
def test_wrong_is_wrong_whoever_it_is(desk: Desk, login: str) -> None:
    browser = desk.browser()
    data = form(browser, "/sign-in", login=login, password="wrong", seat="none")
    answer = browser.post("/sign-in", data=data)
    assert answer.status_code == 403
    assert "Логин или пароль неверны." in answer.text
    assert "set-cookie" not in answer.headers


def test_five_wrong_passwords_lock_the_login(desk: Desk) -> None:
    browser = desk.browser()
    for _ in range(5):
        data = form(browser, "/sign-in", login="anna", password="wrong", seat="none")
        answer = browser.post("/sign-in", data=data)
    data = form(browser, "/sign-in", login="anna", password=GOOD, seat="none")
    assert "Слишком много неверных паролей" in answer.text
    assert "Слишком много неверных паролей" in browser.post("/sign-in", data=data).text


def test_a_telephone_that_a_colleague_has_cannot_be_taken(desk: Desk) -> None:
    desk.signed_in("anna", "phone01")
    browser = desk.browser()
    data = form(browser, "/sign-in", login="boris", password=GOOD, seat="phone01")
    answer = browser.post("/sign-in", data=data)
    assert answer.status_code == 409
    assert "Телефон phone01 занят: за ним anna." in answer.text


def test_pages_as_telephones_get_one_each(desk: Desk) -> None:
    desk.signed_in("anna", "page"), desk.signed_in("boris", "page")
    assert [one.seat for one in desk.board.agents()] == ["seat01", "seat02"]


def test_a_telephone_that_does_not_exist_is_none(desk: Desk) -> None:
    browser = desk.browser()
    data = form(browser, "/sign-in", login="anna", password=GOOD, seat="Local/8@outside")
    browser.post("/sign-in", data=data)
    assert [sitting.seat for sitting in desk.core.sittings.now()] == [None]


def test_who_signs_out_gets_no_call_and_is_out(desk: Desk) -> None:
    browser = desk.signed_in("anna")
    token = browser.cookies["desk"]
    browser.post("/sign-out", data=form(browser, "/"))
    until(lambda: "anna" not in desk.board.people)
    browser.cookies.set("desk", token)
    assert browser.get("/").headers["location"] == "/sign-in"


def test_signing_in_elsewhere_ends_the_sitting_here(desk: Desk) -> None:
    first, second = desk.signed_in("anna", "phone01"), desk.signed_in("anna", "phone02")
    assert first.get("/").status_code == 303 and second.get("/").status_code == 200
    until(lambda: desk.board.people["anna"].seat == "phone02")


def test_who_is_turned_off_is_taken_off_the_line(desk: Desk) -> None:
    desk.signed_in("anna")
    desk.core.agents.turn_off("anna")
    desk.live.came()
    until(lambda: "anna" not in desk.board.people)


def test_a_form_of_another_site_does_nothing(desk: Desk) -> None:
    browser = desk.signed_in("anna")
    token = form(browser, "/")["csrf"]
    asked = len(desk.board.asked)
    attempts = [
        browser.post("/do/ready"),
        browser.post("/do/ready", data={"csrf": ""}),
        browser.post("/do/ready", data={"csrf": "0" * 32}),
        browser.post("/do/ready", data={"csrf": token}, headers={"origin": "https://evil.example"}),
        browser.post("/do/ready", data={"csrf": token}, headers={"origin": "null"}),
        browser.post("/sign-out", data={"csrf": "я"}),
    ]
    assert [answer.status_code for answer in attempts] == [403] * 6
    assert len(desk.board.asked) == asked
    assert press(browser, "ready").status_code == 200


def test_the_form_to_sign_in_is_protected_too(desk: Desk) -> None:
    browser = desk.browser()
    answer = browser.post("/sign-in", data={"login": "anna", "password": GOOD, "seat": "none"})
    assert answer.status_code == 403


def test_the_secret_of_one_agents_forms_is_of_no_use_to_another(desk: Desk) -> None:
    anna, boris = desk.signed_in("anna", "phone01"), desk.signed_in("boris", "phone02")
    assert boris.post("/do/ready", data=form(anna, "/")).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1", "", "127.0.0.1:1"])
def test_a_name_that_is_not_ours_is_refused(desk: Desk, host: str) -> None:
    answer = desk.browser().get("/sign-in", headers={"host": host})
    assert answer.status_code == 421
    assert "sign-in" not in answer.text


def test_the_names_that_are_set_are_ours() -> None:
    names = own_names(load(desk_names="desk.example.ru,Desk.example.ru:8443", desk_port=8080))
    assert {"desk.example.ru", "desk.example.ru:8443", "127.0.0.1:8080", "localhost:8080"} <= names


def test_every_answer_has_the_headers_of_safety(desk: Desk) -> None:
    browser = desk.browser()
    for path in ("/sign-in", "/", "/static/desk.css", "/static/desk.js", "/nowhere", "/phone"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert browser.get("/sign-in").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "desk.py", "", "desk.css/"])
def test_only_our_own_files_are_served(desk: Desk, name: str) -> None:
    assert desk.browser().get(f"/static/{name}").status_code in (404, 307)


def test_a_body_without_end_is_refused(desk: Desk) -> None:
    browser = desk.browser()
    assert browser.post("/sign-in", content=b"x" * 70_000).status_code == 413
    assert browser.post("/sign-in", content=iter([b"login=a"])).status_code == 413


def test_the_language_is_the_browsers_until_one_is_chosen(desk: Desk) -> None:
    browser = desk.browser()
    assert "Вход" in browser.get("/sign-in").text
    browser.headers["accept-language"] = "en-GB,en;q=0.9"
    assert '<html lang="en"' in browser.get("/sign-in").text
    answer = browser.post("/look", data=form(browser, "/sign-in", language="ru", back="/sign-in"))
    assert answer.headers["location"] == "/sign-in"
    assert '<html lang="ru"' in browser.get("/sign-in").text


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", ""])
def test_choosing_the_language_leads_to_no_other_site(desk: Desk, back: str) -> None:
    browser = desk.browser()
    answer = browser.post("/look", data=form(browser, "/sign-in", theme="dark", back=back))
    assert answer.headers["location"] == "/"
    assert 'data-theme="dark"' in browser.get("/sign-in").text
