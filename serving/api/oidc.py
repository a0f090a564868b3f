"""Signing in at an OpenID provider: authorization code with PKCE, state and nonce; roles from a claim."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from db import users
from db.engine import Database
from db.tables import User
from serving.api.cookies import Cookies
from serving.api.problems import RefusedError

PATH = "/api/v1/sessions/oidc"
COOKIE = "pricedesk-oidc"
UNDERWAY = timedelta(minutes=10)  # that somebody may take to sign in there
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
RANK = ("merchant", "approver", "admin")


class NoProviderError(RefusedError):
    """People sign in here, by name and password."""

    status = 404


class ProviderDownError(RefusedError):
    """The provider does not answer."""

    status = 503


class BadAnswerError(RefusedError):
    """What came back from the provider is not what was asked of it."""

    status = 401


class NotAdmittedError(RefusedError):
    """The provider knows this person, but nothing lets them in here."""

    status = 403


@dataclass(frozen=True)
class Provider:
    """Who vouches for people, and how what it says of them is read."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    role_claim: str = "roles"  # dots lead into it: realm_access.roles
    roles: Mapping[str, str] = field(default_factory=lambda: {role: role for role in RANK})  # value of the claim: role
    name_claim: str = "preferred_username"
    public_url: str = ""  # of this desk; "" = as the request names it

    @cached_property
    def client(self) -> Any:
        """Authlib's, which discovers where the provider answers at the first use."""
        known = {"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10}
        return OAuth().register(
            "provider", client_id=self.client_id, client_secret=self.client_secret or None, client_kwargs=known,
            server_metadata_url=f"{self.issuer}/.well-known/openid-configuration",
        )  # fmt: skip

    async def send(self, request: Request, cookies: Cookies) -> Response:
        """To the provider, with what is needed to recognise the answer sealed in a cookie. Raises ProviderDownError."""
        request.scope["session"] = {}
        here = self.public_url or str(request.base_url).rstrip("/")
        try:
            answer: Response = await self.client.authorize_redirect(request, f"{here}{PATH}/callback")
        except (httpx2.HTTPError, ValueError, RuntimeError) as down:
            raise self._down() from down
        answer.set_cookie(
            COOKIE, cookies.seal("oidc", request.session), max_age=int(UNDERWAY.total_seconds()), path=PATH,
            httponly=True, samesite="lax", secure=here.startswith("https:"),
        )  # fmt: skip
        return answer

    async def returned(self, request: Request, cookies: Cookies, database: Database) -> User:
        """Whom the provider sends back. Raises RefusedError, and what `users.arrived` raises."""
        sealed = cookies.opened("oidc", request.cookies.get(COOKIE, ""), UNDERWAY)
        request.scope["session"] = sealed if isinstance(sealed, dict) else {}
        try:
            claims = await self._claims(request)
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as wrong:
            raise BadAnswerError(f"The provider's answer is not valid: {_told(wrong)}. Sign in again.") from wrong
        except httpx2.HTTPError as down:
            raise self._down() from down
        role, name = self._role(claims), str(claims.get(self.name_claim) or claims.get("email") or claims["sub"])
        return await run_in_threadpool(_admit, database, f"{self.issuer} {claims['sub']}", name, role)

    async def _claims(self, request: Request) -> Mapping[str, Any]:
        """What the identity token says, its signature, issuer, audience, times and nonce checked."""
        metadata = await self.client.load_server_metadata()
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in SIGNED]
        issued = {"iss": {"essential": True, "value": self.issuer}}
        token = await self.client.authorize_access_token(request, claims_options=issued, leeway=60)
        if not token.get("userinfo") or not token["userinfo"].get("sub"):
            raise ValueError("it holds no identity token")
        told: Mapping[str, Any] = token["userinfo"]
        return told

    def _role(self, claims: Mapping[str, Any]) -> str:
        """The widest role that the claim's values stand for. Raises NotAdmittedError."""
        found: Any = claims
        for part in self.role_claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        values = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        held = {self.roles[value] for value in values if isinstance(value, str) and value in self.roles}
        if not held:
            raise NotAdmittedError(
                f"Your account has no role for this desk (claim {self.role_claim}). Ask whoever runs the provider."
            )
        return max(held, key=RANK.index)

    def _down(self) -> ProviderDownError:
        return ProviderDownError(f"The provider {self.issuer} does not answer as one. Try again, or sign in here.")


def _admit(database: Database, subject: str, name: str, role: str) -> User:
    with database.session() as session:
        user = users.arrived(session, subject, name, role)
    if not user.active:
        raise NotAdmittedError(f"The account {user.name} is closed here. Ask an admin to open it.")
    return user


def _told(wrong: Exception) -> str:
    return str(getattr(wrong, "description", "") or getattr(wrong, "error", "") or wrong)[:200]
