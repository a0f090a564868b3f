"""What an attacker would send: to the database, to the file system, to a spreadsheet, to the memory."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from db.tables import Product, StoreInfo
from serving.jobs.runner import Jobs
from serving.jobs.works import importing
from tests.integration.api import Api, api_on, bare_api, bare_desk
from tests.small_store import contents
from tools.context import Context

__all__ = ["bare_api"]

V1 = "/api/v1"
INJECTED = (
    "' OR '1'='1", "'; DROP TABLE product; --", '" OR ""="', "1) UNION SELECT password_hash FROM user_account --",
    "%' OR name LIKE '%", "\\'; SELECT pg_sleep(10); --", "_", "%",
)  # fmt: skip
FORMULAS = ("=HYPERLINK(\"http://evil.example\",\"x\")", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1)",
            "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1")  # fmt: skip
ESCAPES = (
    "../../evil.csv", "..%2f..%2fevil.csv", "/etc/cron.d/evil.csv", "..\\..\\evil.csv", "C:" + "\\evil.csv",
    "a/../b.csv",
    ".hidden.csv", "sales.csv/..", "sales.exe", "sales.csv.sh", "", "con\x00.csv", "..", "x" * 300 + ".csv",
)  # fmt: skip


def add(api: Api, *names: str) -> None:
    with api.database.session() as session:
        for number, name in enumerate(names, 1):
            session.add(Product(sku=f"P-{number}", name=name, category="A", currency="GBP", price=Decimal("2.50")))


def test_sql_in_a_parameter_is_text(bare_api: Api) -> None:
    add(bare_api, "Tea", "Mug")
    client, before = bare_api.as_("ann"), contents(bare_api.database)
    for text in INJECTED:
        for query in ({"q": text}, {"category": text}):
            assert client.get(f"{V1}/products", params=query).json()["items"] == [], text
        assert client.get(f"{V1}/prices", params={"category": text}).json()["items"] == []
        for name in ("category", "batch", "created_by", "sku"):
            assert client.get(f"{V1}/proposals", params={name: text}).json()["items"] == []
        for name in ("kind", "subject", "actor"):
            assert client.get(f"{V1}/audit/events", params={name: text}).json()["items"] == []
        assert client.get(f"{V1}/sales", params={"category": text}).json()["units"]["value"] == 0
        assert client.get(f"{V1}/products/{text}").status_code == 404
        assert client.get(f"{V1}/proposals", params={"status": text}).status_code == 422
    assert contents(bare_api.database) == before


def test_a_character_that_no_database_holds_is_refused(bare_api: Api) -> None:
    client = bare_api.as_("ann")
    for path in ("/products?q=%00", "/products/A%00B", "/sales?category=%00", "/threads/a%00b", "/audit?actor=%00"):
        assert client.get(V1 + path).status_code == 422, path
    for path, body in (("/ask", {"text": "tea\x00"}), ("/ask", {"text": "a\ud800b"}), ("/proposals", {"sku": "A\x00"})):
        answer = client.post(V1 + path, content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, path


def test_a_number_beyond_every_column_is_refused(bare_api: Api) -> None:
    client = bare_api.as_("ann")
    for number in (0, -1, 2**31, 2**63, 10**30):
        assert client.get(f"{V1}/proposals/{number}").status_code == 422
        assert client.get(f"{V1}/audit", params={"proposal": number}).status_code == 422
    assert client.get(f"{V1}/products", params={"cursor": "bm90IG91cnM"}).status_code in (400, 422)


def exported(api: Api, what: str, form: str) -> bytes:
    answer = api.with_key("ann", "export").get(f"{V1}/exports/{what}", params={"format": form})
    assert answer.status_code == 200, answer.text
    assert f'filename="{what}.{form}"' in answer.headers["content-disposition"]
    return answer.content


def test_no_cell_of_an_export_is_a_formula(bare_api: Api) -> None:
    add(bare_api, *FORMULAS)
    rows = list(csv.DictReader(io.StringIO(exported(bare_api, "prices", "csv").decode("utf-8"))))
    assert [row["name"] for row in rows] == [f"'{text}" for text in FORMULAS]
    with zipfile.ZipFile(io.BytesIO(exported(bare_api, "prices", "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "<t>=" not in strings
    assert "'=HYPERLINK" in strings


def test_an_export_of_anything_else_is_refused(bare_api: Api) -> None:
    client = bare_api.as_("ann")
    for what in ("users", "%2e%2e%2fprices", "..%2f..%2fsecret", "prices.csv"):
        assert client.get(f"{V1}/exports/{what}").status_code in (404, 422)
    assert client.get(f"{V1}/exports/prices", params={"format": "../x"}).status_code == 422


@pytest.fixture
def taking(database: Any, tmp_path: Path) -> Iterator[Api]:
    """The API over an empty store, which takes files in; nobody works on the jobs."""
    uploads = tmp_path / "uploads"
    with bare_desk(database, tmp_path) as desk:
        kind = importing(lambda: Context(desk.shop, None), lambda tell: None, lambda *a: None, uploads)  # type: ignore[arg-type]
        with api_on(desk, jobs=Jobs(database, [kind]), uploads=uploads) as made:
            yield made


def files_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_an_upload_stays_in_its_folder(taking: Api, tmp_path: Path) -> None:
    """Of a name with backslashes only its last part ever arrives."""
    client, before = taking.as_("ada"), set(files_below(tmp_path))
    for name in ESCAPES:
        answer = client.post(f"{V1}/imports", files=[("files", (name, b"sku,name\n"))])
        assert answer.status_code == 422 or "\\" in name, name
        assert all(
            re.fullmatch("uploads/[0-9a-f]{32}/evil.csv", made) for made in set(files_below(tmp_path)) - before
        ), name


def test_two_files_under_one_name_are_refused(taking: Api) -> None:
    files = [("files", ("sales.csv", b"a")), ("files", ("SALES.csv", b"b"))]
    assert taking.as_("ada").post(f"{V1}/imports", files=files).status_code == 422


def test_files_that_are_handed_in_become_a_job(taking: Api, tmp_path: Path) -> None:
    files = [("files", ("products.csv", b"sku,name\nA,Tea\n")), ("files", ("sales.csv", b"date,sku,units,price\n"))]
    answer = taking.as_("ada").post(f"{V1}/imports", files=files, data={"currency": "GBP"})
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert answer.headers["location"] == f"{V1}/jobs/{job['id']}"
    assert (job["kind"], job["status"], job["author"]) == ("import", "waiting", "ada")
    assert [Path(name).name for name in files_below(tmp_path / "uploads")] == ["products.csv", "sales.csv"]
    ended = taking.as_("ada").delete(f"{V1}/jobs/{job['id']}")
    assert (ended.status_code, ended.json()["status"]) == (200, "cancelled")
    assert taking.as_("ada").delete(f"{V1}/jobs/{job['id']}").status_code == 409


def test_somebody_elses_job_is_not_ended(taking: Api) -> None:
    job = taking.as_("ada").post(f"{V1}/imports", files=[("files", ("sales.csv", b"x"))]).json()
    refused = taking.as_("ann").delete(f"{V1}/jobs/{job['id']}")
    assert refused.status_code == 403
    assert taking.as_("ann").get(f"{V1}/jobs/{job['id']}").json()["status"] == "waiting"


def test_real_data_does_not_go_into_the_simulated_store(taking: Api, tmp_path: Path) -> None:
    with taking.database.session() as session:
        session.add(StoreInfo(key="simulated", value="yes"))
    answer = taking.as_("ada").post(f"{V1}/imports", files=[("files", ("sales.csv", b"x"))])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")
    assert files_below(tmp_path / "uploads") == []


def test_a_body_that_nobody_would_read_is_refused_before_it_is_read(taking: Api) -> None:
    client = taking.as_("ada")
    assert client.post(f"{V1}/ask", json={"text": "x" * (1 << 20)}).status_code == 413
    told = {"Content-Length": str(300 << 20), "Content-Type": "multipart/form-data; boundary=x"}
    assert client.post(f"{V1}/imports", content=iter([b"--x"]), headers=told).status_code == 413
    assert client.post(f"{V1}/ask", json={"text": "x" * 8001}).status_code == 422
    assert client.post(f"{V1}/proposals/batch", json={"skus": ["A"] * 10_001}).status_code == 422
    many = [{"proposal": 1, "decision": "approve", "seen": "0" * 64}] * 1001
    assert client.post(f"{V1}/decisions", json={"decisions": many}).status_code == 422


def test_an_address_within_the_own_network_is_told_nothing(taking: Api) -> None:
    client = taking.as_("ada")
    for url in ("http://127.0.0.1/x", "https://127.0.0.1/x", "https://169.254.169.254/latest", "https://localhost/x",
                "https://[::1]/", "file:///etc/passwd", "https://u:p@example.com/", "https://10.0.0.1/"):  # fmt: skip
        assert client.post(f"{V1}/webhooks", json={"url": url}).status_code == 422, url
    assert client.get(f"{V1}/webhooks").json()["items"] == []


def test_a_webhook_shows_its_secret_once(taking: Api) -> None:
    client = taking.as_("ada")
    made = client.post(f"{V1}/webhooks", json={"url": "https://93.184.216.34/x", "kinds": ["proposal.applied"]})
    assert made.status_code == 201, made.text
    number, secret = made.json()["id"], made.json()["secret"]
    assert secret.startswith("whsec_")
    assert secret not in client.get(f"{V1}/webhooks").text + client.get(f"{V1}/webhooks/{number}").text
    renewed = client.post(f"{V1}/webhooks/{number}/secret").json()["secret"]
    assert renewed != secret
    changed = client.patch(f"{V1}/webhooks/{number}", json={"active": False}).json()
    assert (changed["active"], changed["kinds"]) == (False, ["proposal.applied"])
    assert (
        client.post(f"{V1}/webhooks", json={"url": "https://93.184.216.34/x", "kinds": ["no.such"]}).status_code == 422
    )
    assert client.post(f"{V1}/webhooks/{number}/replay", json={"from_event": 1}).json() == {"events": 0}
    assert client.get(f"{V1}/webhooks/{number}/deliveries").json()["items"] == []
    assert client.delete(f"{V1}/webhooks/{number}").status_code == 204
    assert client.get(f"{V1}/webhooks/{number}").status_code == 404
