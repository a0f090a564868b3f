"""The page's door: whoever signed in at the OpenID provider need not type a password at the page as well."""

import secrets
from dataclasses import dataclass

from fastapi import FastAPI
from gradio.routes import App
from starlette.responses import Response
from starlette.routing import Mount

WORDS = {"en": "Sign in at your organisation", "zh": "用组织账号登录"}


@dataclass(frozen=True)
class Door:
    """Gives a browser the token that the page's own login form gives."""

    page: App

    def admit(self, name: str, answer: Response) -> None:
        token = secrets.token_urlsafe(32)
        self.page.tokens[token] = name
        answer.set_cookie(f"access-token-unsecure-{self.page.cookie_id}", token, httponly=True, samesite="lax")


def join(app: FastAPI, path: str, language: str) -> None:
    """The page's login form leads to `path`, and who comes back from there is in."""
    page = next(route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, App))
    app.state.page = Door(page)
    words = WORDS.get(language, f"{WORDS['en']} · {WORDS['zh']}")
    blocks = page.get_blocks()
    blocks.auth_message = f'{blocks.auth_message or ""} <a href="{path}">{words}</a>'
