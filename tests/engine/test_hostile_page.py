"""A hostile web page, played in real Chromium: it reads nothing of the lab and changes nothing.

In a plain run the same page is played against LocalStack without the plugin, and does its worst.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Frame, Page

from lab.launch.ports import free_port
from tests.engine.browser import EVIL, PAGES, REBOUND, chromium, web_site
from tests.engine.conftest import LocalStack, is_plain, start_localstack, without_plugin
from tests.engine.lambda_functions import Function, create_function, zipped
from tests.engine.ways_in import (
    CALLS,
    lay_routes_page,
    listening_of,
    request_of,
    routes_of,
)

HOSTILE = (PAGES / "hostile.html").read_text("utf-8")
BUCKET = "a-bucket"
NOT_FOR_PAGES = {"User-Agent", "Content-Length", "Host", "Expect"}
"""Headers that a browser lets no page set."""

SERVED = re.compile(r"localstack\.request\.\w+ +: (.*)")
"""A line of LocalStack's log for a request that it has served."""

DENIED_PREFLIGHT = re.compile(r"AWS s3\.\w+ => 403 \(AccessForbidden\)")
"""S3 answers a preflight itself, as on AWS; this bucket has no CORS rules, so by a denial."""

Attempt = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A lab with something in it, and a web site next door."""

    localstack: LocalStack
    site_port: int
    function: Function | None
    """None without the plugin: it would need Docker."""

    @property
    def port(self) -> int:
        return self.localstack.port

    def site(self, host: str) -> str:
        return f"http://{host}:{self.site_port}"

    def presigned(self, operation: str, **parameters: Any) -> str:
        url: str = self.s3.generate_presigned_url(operation, {"Bucket": BUCKET, **parameters})
        return url

    @property
    def s3(self) -> Any:
        return self.localstack.client("s3", region="us-east-1")

    def served(self) -> list[str]:
        """The requests that LocalStack has served so far, by its log, but for denied preflights."""
        lines = SERVED.findall(self.localstack.log)
        return [line for line in lines if not DENIED_PREFLIGHT.fullmatch(line)]

    def contents(self) -> dict[str, Any]:
        """What a page could have changed, as AWS's APIs tell it."""
        region = "us-east-1"
        sns, sqs, functions, ec2 = (
            self.localstack.client(service, region=region)
            for service in ("sns", "sqs", "lambda", "ec2")
        )
        buckets = [each["Name"] for each in self.s3.list_buckets()["Buckets"]]
        return {
            "objects": {
                name: [
                    (each["Key"], each["ETag"])
                    for each in self.s3.list_objects_v2(Bucket=name).get("Contents", [])
                ]
                for name in buckets
            },
            "topics": sns.list_topics()["Topics"],
            "subscriptions": sns.list_subscriptions()["Subscriptions"],
            "queues": sqs.list_queues().get("QueueUrls", []),
            "functions": [each["RevisionId"] for each in functions.list_functions()["Functions"]],
            "networks": [each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"]],
            "mails": len(self.localstack.page("/_aws/ses")["messages"]),
        } | {
            path: self.localstack.page(path)[key]
            for path, key in (("/_lab/faults", "faults"), ("/_lab/clock", "pushed_seconds"))
            if self.function
        }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab with a profile of its own."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def world(
    browser: Browser,  # noqa: ARG001 - where there is none, nothing has to start
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    lay_routes_page(folder)
    site_port = free_port()
    plain = is_plain(request.config)
    allowed = {"LAB_ALLOWED_ORIGINS": f"http://localhost:{site_port}"}
    with (
        web_site(site_port, {"/frame": '<iframe sandbox="allow-scripts" src="/hostile.html">'}),
        start_localstack(folder, without_plugin(folder) if plain else allowed) as localstack,
    ):
        fill(localstack)
        function = None if plain else create_function(localstack)
        if function:
            assert function.invoke("describe").error is None
        yield World(localstack, site_port, function)
        if plain:
            localstack.kill()


def fill(localstack: LocalStack) -> None:
    """Lays down what a page would like to read and to change."""
    s3, sns = (localstack.client(service, region="us-east-1") for service in ("s3", "sns"))
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="customers.csv", Body=b"name\nSomchai\n")
    s3.put_object(Bucket=BUCKET, Key="page.html", Body=HOSTILE.encode(), ContentType="text/html")
    topic = sns.create_topic(Name="a-topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="somchai@example.com")
    sns.publish(TopicArn=topic, Subject="a secret", Message="for Somchai only")


# --- what a page tries -------------------------------------------------------------------------


def attempts_on(world: World) -> list[Attempt]:
    """Everything a page could think of."""
    lab = world.localstack.endpoint
    names = ("127.0.0.1", "localhost", "localhost.localstack.cloud", REBOUND)
    bases = [f"http://{name}:{world.port}" for name in names]
    routes = [f"{lab}{route}" for route in routes_of(world.localstack)]
    secrets = [
        *(f"{base}/_aws/ses" for base in bases),
        *(f"{lab}{path}" for path in ("/_lab/faults", "/_lab/clock", "/_lab/iam")),
        *(
            f"http://{address}:{port}/2018-06-01/runtime/invocation/next"
            for address, port in listening_of(world.localstack)
            if port != world.port
        ),
        world.presigned("get_object", Key="customers.csv"),
    ]
    return [
        *(each for route in routes for each in _knocking(route)),
        *(each for secret in secrets for each in _reading(secret)),
        *(
            each
            for call in (*CALLS.values(), *_running_code(world))
            for each in _calling(world.localstack, bases, *call)
        ),
        *_changing_by_get(bases),
        *_changing_the_bucket(world),
        *_changing_the_lab(world),
    ]


def _knocking(url: str) -> Iterator[Attempt]:
    yield {"way": "fetch", "url": url, "method": "GET", "mode": "cors"}
    yield {"way": "fetch", "url": url, "method": "DELETE", "mode": "cors"}
    yield {"way": "fetch", "url": url, "method": "POST", "mode": "no-cors", "body": _body("{}")}
    yield {"way": "script", "url": url}


def _reading(url: str) -> Iterator[Attempt]:
    yield from _knocking(url)
    for way in ("image", "style", "frame", "websocket", "events", "worker"):
        yield {"way": way, "url": url}


def _calling(
    localstack: LocalStack,
    bases: list[str],
    service: str,
    operation: str,
    parameters: dict[str, Any],
) -> Iterator[Attempt]:
    """An SDK's own request, by fetch with and without its headers, and by form."""
    made = request_of(localstack, service, operation, parameters)
    path = made.url.removeprefix(localstack.endpoint)
    body: Any = made.body or b""
    content = body.encode() if isinstance(body, str) else bytes(body)
    headers = {name: value for name, value in made.headers.items() if name not in NOT_FOR_PAGES}
    sent = {"way": "fetch", "url": made.url, "method": made.method, "body": _body(content)}
    for base in bases:
        yield sent | {"url": f"{base}{path}", "mode": "cors", "headers": headers}
    yield sent | {"mode": "cors"}
    if made.method == "POST":
        yield sent | {"mode": "no-cors"}
        yield {"way": "beacon", "url": made.url, "body": _body(content)}
    if b"Action=" in content:
        fields = {name: value for name, [value] in parse_qs(content.decode()).items()}
        enctype = "application/x-www-form-urlencoded"
        yield {"way": "form", "url": made.url, "fields": fields, "enctype": enctype}


def _running_code(world: World) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The calls that everything here is about: they run a program as the user."""
    program = {"ZipFile": zipped({"app.py": "def handler(event, context): pass"})}
    created = {"FunctionName": "by-a-page", "Runtime": "python3.12", "Handler": "app.handler"}
    role = "arn:aws:iam::000000000000:role/any"
    yield "lambda", "create_function", {**created, "Role": role, "Code": program}
    name = world.function.name if world.function else "by-a-page"
    yield "lambda", "invoke", {"FunctionName": name, "Payload": "{}"}


def _changing_by_get(bases: list[str]) -> Iterator[Attempt]:
    for base in bases:
        for way in ("image", "script", "style", "frame", "tab"):
            name = f"by-{way}-{base.split('/')[2].replace('.', '-').replace(':', '-')}"
            yield {"way": way, "url": f"{base}/?Action=CreateTopic&Name={name}"}


def _changing_the_bucket(world: World) -> Iterator[Attempt]:
    """With a credential `test`, which any page knows."""
    form = world.s3.generate_presigned_post(BUCKET, "planted.html")
    file = {"file": "<script>alert(1)</script>"}
    for enctype in ("multipart/form-data", "text/plain"):
        fields = form["fields"] | file
        yield {"way": "form", "url": form["url"], "fields": fields, "enctype": enctype}
    put = world.presigned("put_object", Key="put.html")
    yield {"way": "fetch", "url": put, "method": "PUT", "mode": "cors", "body": _body("x")}
    delete = world.presigned("delete_objects", Delete={"Objects": [{"Key": "customers.csv"}]})
    deletion = "<Delete><Object><Key>customers.csv</Key></Object></Delete>"
    for mode in ("no-cors", "cors"):
        sent = {"way": "fetch", "url": delete, "method": "POST", "mode": mode}
        yield sent | {"body": _body(deletion)}


def _changing_the_lab(world: World) -> Iterator[Attempt]:
    lab = world.localstack.endpoint
    throttle = {"kind": "throttle", "target": "s3", "operation": "GetObject", "seconds": 600}
    for path, content in (
        ("/_lab/faults", throttle),
        ("/_lab/clock", {"push": "+31d"}),
    ):
        sent = {"url": f"{lab}{path}", "method": "POST", "body": _body(json.dumps(content))}
        yield sent | {"way": "fetch", "mode": "no-cors"}
        yield sent | {"way": "fetch", "mode": "cors"}
        yield sent | {"way": "beacon"}


def _body(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


# --- where the page comes from -----------------------------------------------------------------


def _from_another_port(page: Page, world: World) -> Page:
    page.goto(f"{world.site('127.0.0.1')}/hostile.html")
    return page


def _from_another_name(page: Page, world: World) -> Page:
    page.goto(f"{world.site('evil.localhost')}/hostile.html")
    return page


def _from_the_internet(page: Page, world: World) -> Page:
    page.goto(f"{world.site(EVIL)}/hostile.html")
    return page


def _from_a_sandboxed_frame(page: Page, world: World) -> Frame:
    page.goto(f"{world.site('127.0.0.1')}/frame")
    return page.frames[1]


def _from_a_file(page: Page, _world: World) -> Page:
    page.goto((PAGES / "hostile.html").as_uri())
    return page


def _after_dns_rebinding(page: Page, world: World) -> Page:
    """Its first answer came from the attacker's own machine; from now on its name leads here."""
    return _as_if_served_at(page, f"http://{REBOUND}:{world.port}/")


def _from_the_lab_s_own_origin(page: Page, world: World) -> Page:
    """As an HTML object in a bucket, without the sandbox that it is shown in."""
    return _as_if_served_at(page, f"http://localhost:{world.port}/{BUCKET}/page.html")


def _as_if_served_at(page: Page, url: str) -> Page:
    served_once = {"body": HOSTILE, "content_type": "text/html"}
    page.route(url, lambda route: route.fulfill(**served_once), times=1)
    page.goto(url)
    return page


ORIGINS = [
    _from_another_port,
    _from_another_name,
    _from_the_internet,
    _from_a_sandboxed_frame,
    _from_a_file,
    _after_dns_rebinding,
    _from_the_lab_s_own_origin,
]


@pytest.mark.gap(
    "gate",
    "a hostile page in Chromium changes nothing",
    # After the page's WebSockets LocalStack alone may never serve some later connection: Twisted
    # still knows the socket of its number.
    plain=r"item: 'AWS \w+\.(Create|Delete|Post|Put)\w+ => 20\d'|no answer from",
)
@pytest.mark.parametrize("come", ORIGINS, ids=lambda come: come.__name__.strip("_"))
def test_a_hostile_page_reads_nothing_and_changes_nothing(
    page: Page, world: World, come: Callable[[Page, World], Page | Frame]
) -> None:
    attempts = attempts_on(world)
    before, served = world.contents(), len(world.served())
    assert served, "the lines of the log are not found"

    read = come(page, world).evaluate("attempts => attack(attempts)", attempts)

    assert sorted(set(world.served()[served:])) == [], "LocalStack has answered"
    assert read == []
    assert world.contents() == before
    if world.function:
        assert world.function.invoke("describe").error is None


@pytest.mark.gap("gate", "an HTML object runs no script", plain="scripts run here")
def test_an_html_object_that_is_opened_runs_no_script(page: Page, world: World) -> None:
    """It would have the lab's own origin."""
    page.goto(world.presigned("get_object", Key="page.html"))

    assert page.title() == "harmless"
    assert page.evaluate("self.origin") == "null"


# --- who is let in -----------------------------------------------------------------------------


@pytest.mark.parametrize("from_where", ["a web mailbox on this machine", "a webmail"])
def test_the_link_of_a_mail_works_in_a_browser(page: Page, world: World, from_where: str) -> None:
    sns = world.localstack.client("sns", region="us-east-1")
    [topic] = (each["TopicArn"] for each in sns.list_topics()["Topics"])
    address = f"{from_where.replace(' ', '-')}@example.com"
    arn = sns.subscribe(
        TopicArn=topic, Protocol="email", Endpoint=address, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    page.goto(world.site("127.0.0.1" if from_where.endswith("machine") else EVIL))
    link = f"{world.localstack.endpoint}/_lab/sns/unsubscribe?SubscriptionArn={arn}"
    page.set_content(f'<a href="{link}" target="_blank" rel="noopener">Unsubscribe</a>')

    with page.context.expect_page() as opened:
        page.get_by_text("Unsubscribe").click()

    assert "Subscription removed!" in opened.value.inner_text("h1")
    left = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert address not in [each["Endpoint"] for each in left]


def test_an_allowed_page_uses_the_lab(page: Page, world: World) -> None:
    """With headers that need a preflight, as SDKs for browsers send them, and S3 among others."""
    page.goto(f"{world.site('localhost')}/hostile.html")
    put = world.presigned("put_object", Key="drawing.svg", ContentType="image/svg+xml")
    get = world.presigned("get_object", Key="drawing.svg")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    of_sdks = {"x-amz-meta-note": "1", "x-amz-sdk-checksum-algorithm": "CRC32"}
    headers = of_sdks | {"Content-Type": "image/svg+xml"}
    asked = request_of(world.localstack, "sns", "list_topics", {})
    signed = {name: value for name, value in asked.headers.items() if name not in NOT_FOR_PAGES}
    fetched = "async ([url, asked]) => (await fetch(url, asked)).text()"

    page.evaluate(fetched, [put, {"method": "PUT", "headers": headers, "body": drawing}])
    read = page.evaluate(fetched, [get, {}])
    topics = page.evaluate(
        fetched, [asked.url, {"method": "POST", "headers": signed, "body": asked.body}]
    )
    width = page.evaluate(
        """async src => {
            const image = Object.assign(new Image(), { referrerPolicy: "origin", src });
            await image.decode();
            return image.width;
        }""",
        get,
    )

    assert read == drawing
    assert "<ListTopicsResult>" in topics
    assert width == 9
    world.s3.delete_object(Bucket=BUCKET, Key="drawing.svg")
