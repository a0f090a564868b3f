"""The description of the API as a page that loads nothing from elsewhere."""

import re

from serving.api.pages import FILES, PATH, _plain, assets
from tests.integration.api import Api, lone_api

__all__ = ["lone_api"]


def test_the_page_and_all_that_it_loads_come_from_here(lone_api: Api) -> None:
    client = lone_api.client()
    page = client.get(PATH)
    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert loaded
    assert all(url.startswith("/api/") for url in loaded)
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    for url in loaded:
        assert client.get(url).status_code == 200, url


def test_the_model_servers_package_holds_the_files() -> None:
    folder = assets()
    assert folder is not None
    assert all((folder / name).stat().st_size > 10_000 for name in FILES)


def test_without_them_a_plain_list_tells_every_call(lone_api: Api) -> None:
    schema = lone_api.app.openapi()
    page = _plain(schema)
    assert all(path.replace("{", "{") in page for path in schema["paths"])
    assert "<script" not in page
