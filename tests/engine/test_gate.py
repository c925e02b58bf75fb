"""Who is answered at the lab's port. test_hostile_page.py plays the same with a real browser."""

import socket
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import requests
from botocore.args import PRIORITY_ORDERED_SUPPORTED_PROTOCOLS

from provision.waiting import GaveUpError
from tests.engine.conftest import LocalStack, start_localstack
from tests.engine.lambda_functions import create_function
from tests.engine.ways_in import (
    CALLS,
    lay_routes_page,
    listening_of,
    load,
    request_of,
    routes_of,
)

EVIL = "http://evil.example"
FRONT_END = "http://localhost:3000"
SHOP = "https://shop.example"
CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"
PATIENCE = 60
"""Seconds; LocalStack loads a service at its first call, on a busy machine slowly."""

OF_AN_IMAGE = {"User-Agent": CHROMIUM, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
OF_A_TAB = {
    "User-Agent": CHROMIUM,
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}
HOSTILE: dict[str, tuple[str, dict[str, str]]] = {
    "a fetch of a foreign page": ("GET", {"Origin": EVIL}),
    "a form of a foreign page": ("POST", {"Origin": EVIL, "User-Agent": CHROMIUM}),
    "a sandboxed frame or a file": ("POST", {"Origin": "null"}),
    "a preflight": ("OPTIONS", {"Origin": EVIL, "Access-Control-Request-Method": "PUT"}),
    "an image": ("GET", OF_AN_IMAGE),
    "a browser that says nothing": ("GET", {"User-Agent": CHROMIUM}),
    "a page planted in a bucket": ("GET", OF_AN_IMAGE | {"Sec-Fetch-Site": "same-origin"}),
    "DNS rebinding": ("GET", {"Host": "evil.example"}),
}
"""Ways in which a web page can ask, whatever the path."""


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A lab with an allowed front end, and with a page that lists its routes."""
    folder = tmp_path_factory.mktemp("gated")
    lay_routes_page(folder)
    with start_localstack(
        folder, {"LAB_ALLOWED_ORIGINS": f"{FRONT_END}, https://app.example"}
    ) as it:
        yield it


def ask(
    localstack: LocalStack,
    path: str,
    headers: dict[str, str],
    method: str = "GET",
    **body: Any,
) -> requests.Response:
    """A request with these headers, and with the one of `requests` that names the program."""
    url = f"{localstack.endpoint}{path}"
    return requests.request(
        method, url, headers=headers, timeout=PATIENCE, allow_redirects=False, **body
    )


def new_name() -> str:
    return f"gate-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def bucket(localstack_or_bare: LocalStack) -> str:
    """A bucket with one object, `kept`."""
    name = new_name()
    s3 = localstack_or_bare.client("s3", region="us-east-1")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="kept", Body=b"kept")
    return name


def keys_in(localstack: LocalStack, bucket: str) -> list[str]:
    listed = localstack.client("s3").list_objects_v2(Bucket=bucket)
    return [each["Key"] for each in listed.get("Contents", [])]


def signed(localstack: LocalStack, operation: str, **parameters: Any) -> str:
    """Path and query of a presigned URL."""
    client = localstack.client("s3", region="us-east-1")
    url: str = client.generate_presigned_url(operation, parameters)
    return url.removeprefix(localstack.endpoint)


def topics_of(localstack: LocalStack) -> list[str]:
    """In the region of requests that name none."""
    listed = localstack.client("sns", region="us-east-1").list_topics()["Topics"]
    return [each["TopicArn"].rpartition(":")[2] for each in listed]


# --- what plain LocalStack lets a page do ------------------------------------------------------


@pytest.mark.gap("gate", "a page's form puts no object into a bucket", plain=r"'planted\.html'")
def test_a_form_post_from_a_foreign_page_is_refused(
    localstack_or_bare: LocalStack, bucket: str
) -> None:
    s3 = localstack_or_bare.client("s3")
    form = s3.generate_presigned_post(bucket, "planted.html")["fields"]

    answer = ask(
        localstack_or_bare,
        f"/{bucket}",
        {"Origin": EVIL, "User-Agent": CHROMIUM},
        "POST",
        data=form,
        files={"file": b"<script>"},
    )

    assert keys_in(localstack_or_bare, bucket) == ["kept"]
    assert answer.status_code == 403


@pytest.mark.gap("gate", "a page deletes no objects", plain=r"\[\] == \['kept'\]")
def test_a_deletion_posted_by_a_foreign_page_is_refused(
    localstack_or_bare: LocalStack, bucket: str
) -> None:
    """As plain text, which needs no preflight."""
    wanted = {"Objects": [{"Key": "kept"}]}
    answer = ask(
        localstack_or_bare,
        signed(localstack_or_bare, "delete_objects", Bucket=bucket, Delete=wanted),
        {"Origin": EVIL, "User-Agent": CHROMIUM, "Content-Type": "text/plain"},
        "POST",
        data="<Delete><Object><Key>kept</Key></Object></Delete>",
    )

    assert keys_in(localstack_or_bare, bucket) == ["kept"]
    assert answer.status_code == 403


@pytest.mark.gap("gate", "an image's address changes nothing", plain="not in")
def test_a_get_that_changes_something_is_refused_to_a_page(localstack_or_bare: LocalStack) -> None:
    name = new_name()

    ask(localstack_or_bare, f"/?Action=CreateTopic&Name={name}", OF_AN_IMAGE)

    assert name not in topics_of(localstack_or_bare)


@pytest.mark.gap("gate", "a name that leads here by DNS is refused", plain="assert 200 == 403")
def test_a_host_that_is_not_the_lab_s_is_refused(localstack_or_bare: LocalStack) -> None:
    """DNS rebinding: a page's own name that was made to lead to 127.0.0.1."""
    load(localstack_or_bare, "ses")

    answer = ask(
        localstack_or_bare, "/_aws/ses", {"Host": f"evil.example:{localstack_or_bare.port}"}
    )

    assert answer.status_code == 403
    assert "LAB_ALLOWED_HOSTS" in answer.text


@pytest.mark.gap("gate", "no origin is trusted by default", plain="assert 200 == 403")
@pytest.mark.parametrize(
    "origin",
    ["https://app.localstack.cloud", "http://app.localstack.cloud", "file://", "https://localhost"],
)
def test_no_origin_is_trusted_that_nobody_allowed(
    localstack_or_bare: LocalStack, origin: str
) -> None:
    load(localstack_or_bare, "ses")

    answer = ask(localstack_or_bare, "/_aws/ses", {"Origin": origin})

    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.gap("gate", "a page in a bucket may not use the lab", plain="not in")
def test_the_lab_s_own_origin_is_not_trusted(localstack_or_bare: LocalStack) -> None:
    """An HTML object in a bucket has it."""
    name = new_name()
    own = f"http://localhost:{localstack_or_bare.port}"

    ask(
        localstack_or_bare,
        "/",
        {"Origin": own},
        "POST",
        data={"Action": "CreateTopic", "Name": name},
    )

    assert name not in topics_of(localstack_or_bare)


@pytest.mark.gap("gate", "an HTML object has no scripts and no origin", plain="None")
def test_what_a_browser_opens_is_in_a_sandbox(localstack_or_bare: LocalStack, bucket: str) -> None:
    answer = ask(
        localstack_or_bare,
        signed(localstack_or_bare, "get_object", Bucket=bucket, Key="kept"),
        OF_A_TAB,
    )

    assert answer.text == "kept"
    assert answer.headers.get("Content-Security-Policy") == "sandbox"


# --- every path, every protocol ----------------------------------------------------------------


def test_no_route_answers_a_page(gated: LocalStack) -> None:
    routes = routes_of(gated)
    assert {"/_aws/ses", "/_lab/faults", "/_localstack/health"} <= set(routes)

    answered = [
        f"{route}: {who}"
        for route in routes
        for who, (method, headers) in HOSTILE.items()
        if ask(gated, route, headers, method).status_code != 403
    ]

    assert answered == []


def test_a_call_of_each_protocol_is_known() -> None:
    """Of those that this botocore, and so LocalStack, has."""
    assert set(PRIORITY_ORDERED_SUPPORTED_PROTOCOLS) == set(CALLS)


@pytest.mark.parametrize("protocol", CALLS)
@pytest.mark.parametrize("who", HOSTILE)
def test_no_protocol_answers_a_page(gated: LocalStack, protocol: str, who: str) -> None:
    """The very request that an SDK would send, with a page's headers added."""
    _, headers = HOSTILE[who]

    answer = call_of(gated, protocol, headers, "OPTIONS" if who == "a preflight" else None)

    assert answer.status_code == 403
    assert answer.text.startswith("Refused: ")


@pytest.mark.parametrize("protocol", CALLS)
def test_the_same_calls_of_a_tool_are_answered(gated: LocalStack, protocol: str) -> None:
    assert "Refused: " not in call_of(gated, protocol).text


def call_of(
    localstack: LocalStack,
    protocol: str,
    headers: Mapping[str, str] = MappingProxyType({}),
    method: str | None = None,
) -> requests.Response:
    """A protocol's call, with these headers added and perhaps by another method."""
    request = request_of(localstack, *CALLS[protocol])
    body: Any = request.body
    return requests.request(
        method or request.method,
        request.url,
        headers={**request.headers, **headers},
        data=body,
        timeout=PATIENCE,
    )


def test_s3_with_the_bucket_in_the_host_is_behind_the_gate(gated: LocalStack) -> None:
    name = new_name()
    gated.client("s3", region="us-east-1").create_bucket(Bucket=name)
    path = signed(gated, "put_object", Bucket=name, Key="x").removeprefix(f"/{name}")
    for host in (f"{name}.s3.localhost.localstack.cloud", f"{name}.s3.localhost"):
        there = {"Host": f"{host}:{gated.port}"}

        assert ask(gated, path, there, "PUT", data=b"x").status_code == 200
        refused = ask(gated, path, there | {"Origin": EVIL}, "PUT", data=b"x")
        assert refused.text.startswith("Refused: ")
        assert ask(gated, path, there | OF_AN_IMAGE).text.startswith("Refused: ")


def test_tls_is_behind_the_gate(gated: LocalStack) -> None:
    [certificate] = gated.folder.rglob("server.test.pem.crt")
    url = f"https://localhost:{gated.port}/_aws/ses"

    def status(headers: dict[str, str]) -> int:
        return requests.get(
            url, headers=headers, verify=str(certificate), timeout=PATIENCE
        ).status_code

    assert status({}) == 200
    assert status({"Origin": EVIL}) == 403
    assert status({"Host": "evil.example"}) == 403


@pytest.mark.parametrize(
    "twice",
    [
        ["Host: evil.example", "Host: 127.0.0.1"],
        ["Host: 127.0.0.1", "Host: evil.example"],
        ["Host: 127.0.0.1", f"Origin: {EVIL}", f"Origin: {FRONT_END}"],
        ["Host: 127.0.0.1", f"Origin: {FRONT_END}", f"Origin: {EVIL}"],
    ],
    ids=" and ".join,
)
def test_a_header_that_is_sent_twice_does_not_hide_the_foreign_one(
    gated: LocalStack, twice: list[str]
) -> None:
    request = "\r\n".join(["GET /_aws/ses HTTP/1.1", *twice, "", ""])

    assert beginning_of_the_answer(gated, request).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("header", [f"Origin: {EVIL}", "Sec-Fetch-Site: cross-site"])
def test_a_websocket_of_a_page_is_refused(gated: LocalStack, header: str) -> None:
    request = (
        f"GET /_aws/ses HTTP/1.1\r\nHost: 127.0.0.1:{gated.port}\r\n{header}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    assert beginning_of_the_answer(gated, request).startswith(b"HTTP/1.1 403 ")


def beginning_of_the_answer(localstack: LocalStack, request: str) -> bytes:
    """What comes back for a request that is sent as it is."""
    address = ("127.0.0.1", localstack.port)
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.sendall(request.encode())
        return connection.recv(64)


def test_nothing_that_listens_answers_a_page(gated: LocalStack) -> None:
    """The lab's own port, and the Runtime API of a function, which has a secret address."""
    function = create_function(gated)
    assert function.invoke("describe").error is None
    listeners = listening_of(gated)
    assert len(listeners) > 1, "there is no Runtime API"
    assert [port for address, port in listeners if address == "127.0.0.1"] == [gated.port]

    for address, port in listeners:
        for method, headers in HOSTILE.values():
            for path in ("/", "/2018-06-01/runtime/invocation/next"):
                url = f"http://{address}:{port}{path}"
                answer = requests.request(method, url, headers=headers, timeout=PATIENCE)
                assert answer.status_code == 403, f"{method} {url} with {headers}"

    assert function.invoke("describe").error is None


# --- who is answered ---------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [FRONT_END, "https://app.example"])
@pytest.mark.parametrize(
    "path", ["/", "/a-bucket/an/object", "/{bucket}/x", "/2015-03-31/functions", "/_lab/clock"]
)
def test_a_preflight_of_an_allowed_origin_is_granted_what_it_asks_for(
    gated: LocalStack, origin: str, path: str
) -> None:
    """Such headers are sent by SDKs for browsers; no list of them is complete."""
    if "{bucket}" in path:
        path = path.format(bucket=new_name())
        gated.client("s3", region="us-east-1").create_bucket(Bucket=path.split("/")[1])
    asked = {
        "Origin": origin,
        "User-Agent": CHROMIUM,
        "Sec-Fetch-Site": "cross-site",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,x-amz-checksum-crc32,x-amz-meta-note",
    }
    answer = ask(gated, path, asked, "OPTIONS")

    assert answer.ok
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Access-Control-Allow-Headers"] == asked["Access-Control-Request-Headers"]
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]


def test_a_page_of_an_allowed_origin_may_use_the_lab_and_read_the_answer(gated: LocalStack) -> None:
    name = new_name()
    gated.client("s3", region="us-east-1").create_bucket(Bucket=name)
    of_the_page = {"Origin": FRONT_END, "User-Agent": CHROMIUM, "Sec-Fetch-Site": "same-site"}
    put, get = (
        signed(gated, each, Bucket=name, Key="x.csv") for each in ("put_object", "get_object")
    )

    answers = [ask(gated, put, of_the_page, "PUT", data=b"x"), ask(gated, get, of_the_page)]

    assert [each.status_code for each in answers] == [200, 200]
    assert answers[1].text == "x"
    assert {each.headers["Access-Control-Allow-Origin"] for each in answers} == {FRONT_END}
    assert "Access-Control-Allow-Origin" not in ask(gated, get, {}).headers


@pytest.fixture
def with_rules(gated: LocalStack) -> str:
    """A bucket with an object, whose CORS rules name a shop and the allowed front end."""
    name = new_name()
    s3 = gated.client("s3", region="us-east-1")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="x", Body=b"x")
    rules = [
        {"AllowedOrigins": [SHOP], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["*"]},
        {"AllowedOrigins": [FRONT_END], "AllowedMethods": ["PUT"]},
    ]
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": rules})
    return name


@pytest.mark.parametrize("host", ["127.0.0.1", "{bucket}.s3.localhost.localstack.cloud"])
def test_a_bucket_answers_the_preflight_of_any_page_by_its_rules(
    gated: LocalStack, with_rules: str, host: str
) -> None:
    """As on AWS; it changes nothing. What the page sends afterwards is refused all the same."""
    path = f"/{with_rules}/x" if host == "127.0.0.1" else "/x"
    there = {"Host": f"{host.format(bucket=with_rules)}:{gated.port}", "User-Agent": CHROMIUM}
    asking = there | {"Access-Control-Request-Method": "PUT"}

    granted = ask(gated, path, asking | {"Origin": SHOP}, "OPTIONS")
    denied = ask(gated, path, asking | {"Origin": EVIL}, "OPTIONS")
    sent = ask(gated, path, there | {"Origin": SHOP}, "PUT", data=b"changed")

    assert granted.status_code == 200
    assert granted.headers["Access-Control-Allow-Origin"] == SHOP
    assert denied.status_code == 403
    assert "This CORS request is not allowed" in denied.text
    assert "Access-Control-Allow-Origin" not in denied.headers
    assert sent.text.startswith("Refused: ")
    read = gated.client("s3", region="us-east-1").get_object(Bucket=with_rules, Key="x")
    assert read["Body"].read() == b"x"


@pytest.mark.parametrize(
    "path", ["/_aws/ses", "/_lab/faults", "/not-a-bucket/x", "//{bucket}/x", "/"]
)
def test_no_preflight_but_one_to_s3_is_answered(
    gated: LocalStack, with_rules: str, path: str
) -> None:
    lines = [
        f"OPTIONS {path.format(bucket=with_rules)} HTTP/1.1",
        f"Host: 127.0.0.1:{gated.port}",
        f"Origin: {SHOP}",
        "Access-Control-Request-Method: PUT",
        "",
        "",
    ]
    assert beginning_of_the_answer(gated, "\r\n".join(lines)).startswith(b"HTTP/1.1 403 ")


def test_the_rules_of_a_bucket_hold_for_an_allowed_page_too(
    gated: LocalStack, with_rules: str
) -> None:
    """It may write, and read no answer: that is what the rules of this bucket give it."""
    get, put = (
        signed(gated, each, Bucket=with_rules, Key="x") for each in ("get_object", "put_object")
    )
    of_the_page = {"Origin": FRONT_END, "User-Agent": CHROMIUM}

    assert "Access-Control-Allow-Origin" not in ask(gated, get, of_the_page).headers
    written = ask(gated, put, of_the_page, "PUT", data=b"y")
    assert written.status_code == 200
    assert written.headers["Access-Control-Allow-Origin"] == FRONT_END


def test_the_links_of_mails_work_from_anywhere(gated: LocalStack) -> None:
    """From a mail program, from a web mailbox on another port, from a webmail on the internet."""
    sns = gated.client("sns")
    topic = sns.create_topic(Name=new_name())["TopicArn"]
    for site in ("none", "same-site", "cross-site"):
        address = f"{site}@example.com"
        arn = sns.subscribe(
            TopicArn=topic, Protocol="email", Endpoint=address, ReturnSubscriptionArn=True
        )["SubscriptionArn"]

        opened = OF_A_TAB | {"Sec-Fetch-Site": site, "Referer": "http://127.0.0.1:8025/"}
        page = ask(gated, f"/_lab/sns/unsubscribe?SubscriptionArn={arn}", opened)

        assert "Subscription removed!" in page.text
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []


def test_a_refusal_says_what_to_do_and_is_logged_once(gated: LocalStack) -> None:
    for _ in range(3):
        answer = ask(gated, "/", {"Origin": "http://\x1b[31mred.example"}, "POST")

    assert answer.status_code == 403
    assert "LAB_ALLOWED_ORIGINS" in answer.text
    assert "\x1b" not in answer.text
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = [line for line in gated.log.splitlines() if "red.example" in line]
    assert len(lines) == 1
    assert "\x1b" not in lines[0].partition("refused")[2]


def test_the_gate_stays_with_lab_fidelity_off() -> None:
    """Whoever compares with plain LocalStack is visited by the same web pages."""
    from lab_engine.gate.patches import PATCHES, STARTS  # noqa: PLC0415 - takes LocalStack in

    assert all(each.in_plain for each in PATCHES)
    assert all(each.in_plain for each in STARTS)


def test_a_setting_that_is_no_origin_stops_the_start_and_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(GaveUpError, match="LAB_ALLOWED_ORIGINS is a list of origins"),
        start_localstack(tmp_path, {"LAB_ALLOWED_ORIGINS": "*"}),
    ):
        pass
