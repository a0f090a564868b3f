"""A small OpenID provider: discovery, authorization code with PKCE, tokens signed by joserfc. It signs everybody in."""

import hashlib
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "pricedesk", "the client's secret"


def _key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": token_urlsafe(8), "use": "sig", "alg": "ES256"})


@dataclass
class OpenIdProvider:
    """Who it vouches for is `person`; `lies` are claims that it gets wrong, `forger` a key that is not its own."""

    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "preferred_username": "zoe"})
    lies: dict[str, Any] = field(default_factory=dict)
    forger: ECKey | None = None
    issuer: str = ""
    key: ECKey = field(default_factory=_key)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.configuration),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    async def configuration(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
                "id_token_signing_alg_values_supported": ["ES256", "none"],
            }
        )

    async def authorize(self, request: Request) -> Response:
        """The person says yes at once."""
        said = dict(request.query_params)
        if (said["response_type"], said["client_id"], said["code_challenge_method"]) != ("code", CLIENT, "S256"):
            return JSONResponse({"error": "invalid_request"}, 400)
        self.asked.append(said)
        code = token_urlsafe(16)
        self.codes[code] = said
        return RedirectResponse(f"{said['redirect_uri']}?{urlencode({'code': code, 'state': said['state']})}", 302)

    async def token(self, request: Request) -> Response:
        """For a code, once, to the client that proves itself and holds the verifier."""
        form = await request.form()
        said = self.codes.pop(str(form.get("code")), None)
        basic = "Basic " + urlsafe_b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = request.headers.get("authorization", "").replace("+", "-").replace("/", "_") in (basic, _encoded())
        if not known:
            return JSONResponse({"error": "invalid_client"}, 401)
        if said is None or not _verified(said, str(form.get("code_verifier"))):
            return JSONResponse({"error": "invalid_grant"}, 400)
        if form.get("redirect_uri") != said["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"access_token": token_urlsafe(16), "token_type": "Bearer", "id_token": self._identity(said["nonce"])}
        )

    async def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def _identity(self, nonce: str) -> str:
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        signing = self.forger or self.key
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, told | self.person | self.lies, signing)


def _encoded() -> str:
    """Client id and secret as RFC 6749 has them: form-encoded, then in base64."""
    pair = urlencode({"": CLIENT})[1:] + ":" + urlencode({"": SECRET})[1:]
    return "Basic " + urlsafe_b64encode(pair.encode()).decode()


def _verified(said: dict[str, str], verifier: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=") == said["code_challenge"]
