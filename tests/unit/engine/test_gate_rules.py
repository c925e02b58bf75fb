"""Whose request is answered, by what stands in its head."""

import pytest

from lab_engine.gate.rules import Rules, SettingError, Verdict, comes_from_a_browser, split_list

FRONT_END = "http://localhost:3000"
CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"
HERE = "127.0.0.1"
ANSWER, SHOW = Verdict.ANSWER, Verdict.SHOW
FOREIGN_HOST, FOREIGN_PAGE = Verdict.FOREIGN_HOST, Verdict.FOREIGN_PAGE
A_TAB = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
AN_IMAGE = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}


def judge(
    headers: dict[str, str],
    method: str = "GET",
    uri: str = "/",
    host: str = "127.0.0.1:4566",
    rules: Rules | None = None,
) -> Verdict:
    given = {"Host": host, **headers}
    return (rules or Rules(origins=[FRONT_END])).judge(method, uri, given.get, HERE)


def of_a_browser(site: str = "cross-site", **headers: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"User-Agent": CHROMIUM, "Sec-Fetch-Site": site, **named}


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:4566",
        "localhost.:4566",
        "127.0.0.1:4566",
        "127.9.9.9",
        "[::1]:4566",
        "bucket.localhost:4566",
        "bucket.s3.localhost:4566",
        "localhost.localstack.cloud:4566",
        "bucket.s3.ap-southeast-1.localhost.localstack.cloud:4566",
    ],
)
def test_the_names_of_this_machine_are_the_lab_s(host: str) -> None:
    assert judge({}, host=host) is ANSWER


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:4566",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "notlocalhost",
        "xlocalhost.localstack.cloud",
        "app.localstack.cloud",
        "localstack",
        "203.0.113.9:4566",
        "0.0.0.0:4566",
        "[2001:db8::1]:4566",
        "localhost:4566@evil.example",
        "evil.example/.localhost",
        "evil.example .localhost",
        "localhost:port",
    ],
)
def test_any_other_name_is_refused_whoever_asks(host: str) -> None:
    assert judge({}, host=host) is FOREIGN_HOST
    assert judge({"Origin": FRONT_END}, host=host) is FOREIGN_HOST


def test_a_name_that_was_asked_for_and_the_address_of_the_connection_are_the_lab_s_too() -> None:
    rules = Rules(hosts=["localstack", "Lab.Internal"])

    for host in ("localstack:4566", "lab.internal"):
        assert judge({}, host=host, rules=rules) is ANSWER
    assert judge({}, host="bucket.s3.lab.internal", rules=rules) is ANSWER
    assert judge({}, host="xlab.internal", rules=rules) is FOREIGN_HOST
    in_a_container = {"Host": "172.18.0.2:4566"}.get
    assert rules.judge("GET", "/", in_a_container, "172.18.0.2") is ANSWER
    assert rules.judge("GET", "/", in_a_container, "172.18.0.3") is FOREIGN_HOST


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"User-Agent": "Boto3/1.40 md/Botocore#1.40"},
        {"User-Agent": "curl/8.5", "Referer": "https://www.example.com/"},
        # Node's own fetch.
        {"User-Agent": "node", "Sec-Fetch-Mode": "cors"},
        {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; en-US) PowerShell/7.4.0"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_tool_is_answered_whatever_it_does(headers: dict[str, str], method: str) -> None:
    assert judge(headers, method, "/?Action=CreateTopic") is ANSWER
    assert not comes_from_a_browser(headers.get)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "file://",
        "http://evil.example",
        "https://app.localstack.cloud",
        "http://localhost:3001",
        "https://localhost:3000",
        "http://localhost:30000",
        # The lab's own: whatever lies in a bucket is served from there.
        "http://127.0.0.1:4566",
        "http://localhost:4566",
        "",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_no_origin_is_answered_that_was_not_allowed(origin: str, method: str) -> None:
    """Without Sec-Fetch too, and whatever program it says it is."""
    assert judge({"Origin": origin}, method) is FOREIGN_PAGE
    assert judge(of_a_browser("same-origin", Origin=origin), method) is FOREIGN_PAGE
    assert judge(of_a_browser(Origin=origin) | A_TAB, method) is FOREIGN_PAGE


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
def test_an_allowed_origin_may_do_everything(method: str) -> None:
    assert judge(of_a_browser("same-site", Origin=FRONT_END), method) is ANSWER


def test_what_an_allowed_page_shows_is_answered_but_changes_nothing() -> None:
    """An image of it, say: browsers name the page then, but no Origin."""
    image = of_a_browser("same-site", Referer=f"{FRONT_END}/gallery") | AN_IMAGE

    assert judge(image, uri="/bucket/a.png") is ANSWER
    assert judge(image, uri="/?Action=CreateTopic&Name=x") is FOREIGN_PAGE
    assert judge(image | {"Referer": f"{FRONT_END}.evil.example/"}) is FOREIGN_PAGE
    assert judge(image, rules=Rules()) is FOREIGN_PAGE


def test_a_website_in_a_bucket_may_be_allowed_by_its_own_origin() -> None:
    """A browser sends no Sec-Fetch to a plain HTTP address with such a name."""
    host = "site.s3-website.localhost.localstack.cloud:4566"
    visit = {"User-Agent": CHROMIUM}

    assert judge(visit, host=host, rules=Rules(origins=[f"http://{host}"])) is ANSWER
    assert judge(visit, host=host) is FOREIGN_PAGE


@pytest.mark.parametrize("site", ["none", "same-origin", "same-site", "cross-site"])
def test_a_page_that_is_opened_is_shown_in_a_sandbox(site: str) -> None:
    """Typed, from a mail program, from a web mailbox or from any page: opening is only looking."""
    tab = of_a_browser(site, Referer="http://127.0.0.1:8025/") | A_TAB

    assert judge(tab, uri="/_lab/sns/confirmation?TopicArn=a&Token=b") is SHOW
    assert judge(tab, uri="/bucket/page.html") is SHOW


@pytest.mark.parametrize("site", ["none", "same-origin", "same-site", "cross-site"])
@pytest.mark.parametrize(
    "query", ["Action=DeleteTopic", "x=1&Action=DeleteTopic", "%41ction=DeleteTopic", "Action"]
)
def test_opening_a_page_changes_nothing(site: str, query: str) -> None:
    tab = of_a_browser(site) | A_TAB

    assert judge(tab, uri=f"/?{query}") is FOREIGN_PAGE
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert judge(tab, method) is FOREIGN_PAGE


@pytest.mark.parametrize("site", ["none", "same-origin", "same-site", "cross-site"])
@pytest.mark.parametrize(
    ("mode", "dest"),
    [
        ("no-cors", "image"),
        ("no-cors", "script"),
        ("cors", "empty"),
        ("navigate", "iframe"),
        ("navigate", "object"),
        ("same-origin", "serviceworker"),
        ("websocket", "websocket"),
    ],
)
def test_nothing_else_of_a_page_is_answered(site: str, mode: str, dest: str) -> None:
    """The page of the lab's own origin included: it may be an object in a bucket."""
    headers = of_a_browser(site, Sec_Fetch_Mode=mode, Sec_Fetch_Dest=dest)

    assert judge(headers) is FOREIGN_PAGE


@pytest.mark.parametrize("headers", [{}, {"Referer": "http://localhost.localstack.cloud:4566/b/x"}])
def test_a_browser_that_does_not_say_what_its_request_is_gets_nothing(
    headers: dict[str, str],
) -> None:
    """An old one, or any one at a plain HTTP address that is not localhost or 127.0.0.1."""
    visit = {"User-Agent": CHROMIUM, **headers}

    assert judge(visit, host="localhost.localstack.cloud:4566") is FOREIGN_PAGE


@pytest.mark.parametrize(
    "origin", ["*", "null", "file://", "localhost:3000", "http://*", "http://a/b", "http://a?b"]
)
def test_an_allowed_origin_that_is_none_is_said_at_the_start(origin: str) -> None:
    with pytest.raises(SettingError, match="LAB_ALLOWED_ORIGINS"):
        Rules(origins=[FRONT_END, origin])


@pytest.mark.parametrize("host", ["http://localstack", "*", "a/b", "*.example"])
def test_an_allowed_host_that_is_none_is_said_at_the_start(host: str) -> None:
    with pytest.raises(SettingError, match="LAB_ALLOWED_HOSTS"):
        Rules(hosts=[host])


def test_a_list_may_have_spaces_and_an_origin_its_slash() -> None:
    origins = split_list(" http://localhost:3000/ ,, HTTPS://App.Example ,")

    assert Rules(origins=origins).origins == {"http://localhost:3000", "https://app.example"}
    assert split_list("") == []
