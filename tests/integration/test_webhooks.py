"""Webhooks against a real receiver that verifies, fails, delays and goes away."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from receiver import Receiver, receiving
from sqlmodel import select
from standardwebhooks import Webhook as Signer
from standardwebhooks import WebhookVerificationError

from db import events, webhooks
from db.actors import Actor
from db.addresses import ForbiddenAddressError, Reach
from db.dealings import Delivery, Event
from db.engine import Database
from db.moves import NotAllowedError
from db.tables import now
from db.webhooks import KINDS, BadWebhookError, Standing, UnknownWebhookError
from serving.jobs.deliveries import ATTEMPTS, Told, deliver, ping, signed
from serving.jobs.posting import UnreachableError, post

ADA, MEI = Actor("ada", "admin"), Actor("mei", "merchant")
HERE = Reach(private=True)
KIND = "rules.changed"
DAY = timedelta(days=1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def subscribe(database: Database, receiver: Receiver, *kinds: str) -> int:
    """A webhook for `rules.changed`, so that what makes it is not among what it is told."""
    with database.session() as session:
        made, receiver.secret = webhooks.create(session, receiver.url, kinds or (KIND,), ADA, HERE)
    return made.id or 0


def happen(database: Database, *numbers: int, kind: str = KIND) -> list[int]:
    with database.session() as session:
        return [events.record(session, kind, "store", ADA, {"n": n, "词": "规则"}).id or 0 for n in numbers]


def standing(database: Database, webhook_id: int) -> Standing:
    with database.reading() as session:
        return webhooks.standing(session, webhook_id)


def test_events_arrive_signed_and_in_order(database: Database, receiver: Receiver) -> None:
    webhook = subscribe(database, receiver)
    ids = happen(database, 1, 2, 3)
    happen(database, 4, kind="job.done")  # not asked for
    assert deliver(database, HERE) == Told(delivered=3)
    assert deliver(database, HERE) == Told()
    assert receiver.tries == [str(i) for i in ids]
    first = receiver.got[0]
    with database.reading() as session:
        event = session.get_one(Event, ids[0])
    assert first == {
        "id": ids[0], "kind": KIND, "subject": "store", "made_at": event.made_at.isoformat(),
        "data": {"n": 1, "词": "规则"},
    }  # fmt: skip
    assert receiver.forged == 0
    after = standing(database, webhook)
    assert (after.waiting, after.dead, after.failing, after.answer) == (0, 0, False, "")
    assert after.delivered_at is not None


def test_a_refused_event_holds_back_later_ones_and_is_told_again(database: Database, receiver: Receiver) -> None:
    webhook = subscribe(database, receiver)
    first, second = happen(database, 1, 2)
    receiver.answers = [500, 503]
    start = now()
    assert deliver(database, HERE, start) == Told(refused=1)
    assert deliver(database, HERE, start) == Told()  # not yet
    assert deliver(database, HERE, start + timedelta(minutes=1)) == Told(refused=1)
    assert receiver.tries == [str(first)] * 2
    assert standing(database, webhook).answer == "503: ok"
    assert deliver(database, HERE, start + timedelta(minutes=5)) == Told(delivered=2)
    assert receiver.ids == [first, second]


def test_waits_grow_and_no_two_are_the_same(sqlite_database: Database, receiver: Receiver) -> None:
    subscribe(sqlite_database, receiver)
    happen(sqlite_database, 1)
    receiver.answers = [500] * ATTEMPTS
    moment, waits = now(), []
    for _ in range(5):
        deliver(sqlite_database, HERE, moment)
        with sqlite_database.reading() as session:
            again = session.exec(select(Delivery.next_at)).one()
        waits.append((again - moment).total_seconds())
        moment = again
    assert all(0.8 * 5 * 4**n - 1 <= wait <= 1.2 * 5 * 4**n for n, wait in enumerate(waits))


def test_what_never_arrives_is_given_up_and_shown_and_the_rest_goes_on(
    database: Database, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    webhook = subscribe(database, receiver)
    first, second = happen(database, 1, 2)
    receiver.answers = [500] * ATTEMPTS
    for n in range(ATTEMPTS):
        deliver(database, HERE, now() + n * DAY)
        assert standing(database, webhook).failing is (n >= 2)
    assert receiver.ids == [second]
    after = standing(database, webhook)
    assert (after.dead, after.waiting, after.failing, after.answer) == (1, 0, True, "500: ok")
    assert f"is not told of event {first}" in caplog.text


def test_a_receiver_may_say_when_to_come_again(sqlite_database: Database, receiver: Receiver) -> None:
    subscribe(sqlite_database, receiver)
    happen(sqlite_database, 1)
    receiver.answers, receiver.headers = [429], {"Retry-After": "600"}
    start = now()
    deliver(sqlite_database, HERE, start)
    assert deliver(sqlite_database, HERE, start + timedelta(minutes=9)) == Told()
    assert deliver(sqlite_database, HERE, start + timedelta(minutes=11)) == Told(delivered=1)


def test_a_receiver_that_is_gone_for_good_is_told_no_more(sqlite_database: Database, receiver: Receiver) -> None:
    webhook = subscribe(sqlite_database, receiver)
    happen(sqlite_database, 1, 2)
    receiver.answers = [410]
    deliver(sqlite_database, HERE)
    assert deliver(sqlite_database, HERE, now() + DAY) == Told()
    assert not standing(sqlite_database, webhook).webhook.active


def test_a_receiver_that_went_away_gets_all_when_it_is_back(sqlite_database: Database) -> None:
    with receiving() as away:
        subscribe(sqlite_database, away)
    port = int(away.url.rsplit(":", 1)[1].split("/")[0])
    ids = happen(sqlite_database, 1, 2, 3)
    assert deliver(sqlite_database, HERE) == Told(refused=1)
    with receiving(port) as back:
        back.secret = away.secret
        assert deliver(sqlite_database, HERE, now() + DAY) == Told(delivered=3)
        assert back.ids == ids


def test_a_slow_receiver_is_left_in_time_and_holds_up_no_other(sqlite_database: Database, receiver: Receiver) -> None:
    with receiving() as slow:
        slow.delay = 1.5
        slow_one, quick_one = subscribe(sqlite_database, slow), subscribe(sqlite_database, receiver)
        happen(sqlite_database, 1)
        assert deliver(sqlite_database, HERE, seconds=0.5) == Told(delivered=1, refused=1)
    assert "no answer within 0.5 s" in standing(sqlite_database, slow_one).answer
    assert standing(sqlite_database, quick_one).waiting == 0


def test_an_answer_that_comes_byte_by_byte_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_drip, args=(server,), daemon=True).start()
        with pytest.raises(UnreachableError, match=r"no answer within 0\.6 s"):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, HERE, seconds=0.6)


def _drip(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        for byte in b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 100:
            try:
                connection.sendall(bytes([byte]))
            except OSError:
                return
            connection.settimeout(0.2)
            try:
                connection.recv(1)
            except TimeoutError:
                continue


def test_a_redirect_is_not_followed(sqlite_database: Database, receiver: Receiver) -> None:
    with receiving() as elsewhere:
        receiver.answers, receiver.headers = [302], {"Location": elsewhere.url}
        webhook = subscribe(sqlite_database, receiver)
        happen(sqlite_database, 1)
        assert deliver(sqlite_database, HERE) == Told(refused=1)
        assert (elsewhere.tries, elsewhere.forged) == ([], 0)
    assert standing(sqlite_database, webhook).answer.startswith("302")


def test_all_from_one_event_on_can_be_told_again(database: Database, receiver: Receiver) -> None:
    webhook = subscribe(database, receiver)
    ids = happen(database, 1, 2, 3)
    happen(database, 4, kind="job.done")
    deliver(database, HERE)
    with database.session() as session:
        webhooks.change(session, webhook, ADA, active=False)
    missed = happen(database, 5)
    with database.session() as session:
        webhooks.change(session, webhook, ADA, active=True)
        assert webhooks.replay(session, webhook, ids[1], ADA) == 3
    assert deliver(database, HERE) == Told(delivered=3)
    assert receiver.ids == [*ids, *ids[1:], *missed]


def test_two_workers_send_each_event_once_and_in_order(database: Database, receiver: Receiver) -> None:
    subscribe(database, receiver)
    ids = happen(database, *range(12))
    with ThreadPoolExecutor(2) as crew:
        both = [crew.submit(deliver, database, HERE) for _ in range(2)]
        told = [one.result() for one in both]
    assert sum(t.delivered for t in told) <= 12
    deliver(database, HERE)
    assert receiver.ids == ids


def test_a_worker_that_died_with_an_event_in_hand_is_followed_by_another(
    database: Database, receiver: Receiver
) -> None:
    subscribe(database, receiver)
    (event,) = happen(database, 1)
    with database.session() as session:  # as a worker leaves it that was killed between claim and answer
        held = session.exec(select(Delivery)).one()
        held.attempts, held.next_at = 1, now() + timedelta(minutes=1)
    assert deliver(database, HERE) == Told()
    assert deliver(database, HERE, now() + timedelta(minutes=2)) == Told(delivered=1)
    assert receiver.ids == [event]


def test_a_forged_message_is_refused_by_the_helper(database: Database, receiver: Receiver) -> None:
    subscribe(database, receiver)
    body = b'{"id": 1, "kind": "price.applied"}'
    good = signed(receiver.secret, "1", body)
    stale = good | {"webhook-timestamp": str(int((datetime.now(UTC) - timedelta(minutes=6)).timestamp()))}
    forged = [
        (body, signed("whsec_" + "QUJD" * 8, "1", body)), (body.replace(b"1", b"2"), good), (body, stale),
        (body, good | {"webhook-id": "2"}), (body, {}),
    ]  # fmt: skip
    for said, headers in forged:
        with pytest.raises(WebhookVerificationError):
            Signer(receiver.secret).verify(said, headers)
        assert post(receiver.url, said, headers, HERE).status == 400
    assert (receiver.forged, receiver.got) == (len(forged), [])
    assert Signer(receiver.secret).verify(body, good) == {"id": 1, "kind": "price.applied"}


def test_a_ping_arrives_at_once_and_only_where_it_is_sent(sqlite_database: Database, receiver: Receiver) -> None:
    webhook = subscribe(sqlite_database, receiver)
    happen(sqlite_database, 1)
    assert ping(standing(sqlite_database, webhook).webhook, HERE).status == 200
    assert [event["kind"] for event in receiver.got] == ["webhook.ping"]


def test_a_secret_is_made_by_us_and_can_be_made_anew(sqlite_database: Database, receiver: Receiver) -> None:
    webhook = subscribe(sqlite_database, receiver)
    former = receiver.secret
    with sqlite_database.session() as session:
        receiver.secret = webhooks.renew(session, webhook, ADA)
    assert receiver.secret.startswith("whsec_")
    assert receiver.secret != former
    happen(sqlite_database, 1)
    assert deliver(sqlite_database, HERE) == Told(delivered=1)
    with sqlite_database.reading() as session:
        said = [str(event.body) for event in session.exec(select(Event))]
    assert not any("whsec" in body or former[6:] in body for body in said)


def test_only_admins_change_webhooks_and_only_known_kinds_are_asked_for(
    sqlite_database: Database, receiver: Receiver
) -> None:
    webhook = subscribe(sqlite_database, receiver)
    with sqlite_database.session() as session:
        for change in (
            lambda: webhooks.create(session, receiver.url, (), MEI, HERE),
            lambda: webhooks.change(session, webhook, MEI, active=False),
            lambda: webhooks.renew(session, webhook, MEI),
            lambda: webhooks.replay(session, webhook, 1, MEI),
            lambda: webhooks.delete(session, webhook, MEI),
        ):
            with pytest.raises(NotAllowedError, match="only an admin"):
                change()
        with pytest.raises(BadWebhookError, match=r"no kind of event price\.magic"):
            webhooks.create(session, receiver.url, ("price.magic",), ADA, HERE)
        with pytest.raises(UnknownWebhookError, match="no webhook 99"):
            webhooks.get(session, 99)
        webhooks.delete(session, webhook, ADA)
        assert webhooks.everyone(session) == []
        kinds = [event.kind for event in session.exec(select(Event))]
    assert kinds == ["webhook.created", "webhook.deleted"]
    assert set(kinds) <= KINDS.keys()


INSIDE = (
    "https://127.0.0.1/", "https://localhost/", "https://10.1.2.3/", "https://192.168.0.9/", "https://172.16.1.1/",
    "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
    "https://[fd00::1]/", "https://[fe80::1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://100.64.0.1/", "https://224.0.0.1/",
)  # fmt: skip
NO_URLS = (
    "http://example.com/", "ftp://example.com/", "https://", "example.com", "https://user:pass@example.com/",
    "https://example.com/#x", "https://example.com:99999/", "https://exa mple.com/", "https://e\r\nx.com/",
    "javascript:alert(1)", "file:///etc/passwd", "https://example.com/" + "a" * 1000, "https://[::1", "",
)  # fmt: skip


@pytest.mark.parametrize("url", INSIDE + NO_URLS)
def test_an_address_within_or_none_at_all_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        Reach().check(url)


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/", "https://[fe80::1]/", "http://10.1.2.3/", "http://192.168.0.9/"]
)
def test_some_are_refused_whatever_the_operator_allows(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        Reach(private=True).check(url)


def test_public_addresses_are_allowed_and_names_are_looked_up_when_they_are_called() -> None:
    for url in (
        "https://93.184.215.14/hooks",
        "https://[2606:2800:21f:cb07::1]:8443/a?b=c",
        "https://nowhere.invalid/",
    ):
        Reach().check(url)
    with pytest.raises(UnreachableError, match="cannot be found"):
        post("https://nowhere.invalid/", b"{}", {}, Reach())


def test_a_webhook_that_was_allowed_is_not_called_once_it_no_longer_is(
    sqlite_database: Database, receiver: Receiver
) -> None:
    webhook = subscribe(sqlite_database, receiver)
    happen(sqlite_database, 1)
    assert deliver(sqlite_database, Reach()) == Told(refused=1)
    assert (receiver.tries, receiver.forged) == ([], 0)
    assert "is not safe" in standing(sqlite_database, webhook).answer
