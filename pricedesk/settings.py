"""Everything an operator may set, by `PRICEDESK_*` variables."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

from limits import parse_many
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from db.users import ROLES


class Settings(BaseSettings):
    """Built once, in wiring; handed down from there."""

    model_config = SettingsConfigDict(env_prefix="PRICEDESK_", frozen=True, extra="ignore", validate_default=True)

    home: Path = Path("var")
    database_url: str = ""  # "" = SQLite under home
    knowledge_url: str = ""  # a Chroma server, http://host:8000[/shop]; "" = texts are kept under home
    knowledge_token: str = Field(default="", repr=False)  # its token, where it wants one
    host: str = "127.0.0.1"
    port: int = 7860
    language: Literal["auto", "en", "zh"] = "auto"
    country: str | None = None  # ISO 3166 code, whose holidays a forecast knows; unset = the currency's; "none" = none

    model: str = "smollm2"  # "smollm2" (ships with the install), a Hugging Face id, or a path
    model_url: str = ""  # an OpenAI-compatible server that runs elsewhere; "" = start our own
    model_key: str = ""  # its key, where it wants one
    model_name: str = ""  # the name it serves under; "" = ask it
    model_timeout: float = Field(default=20, gt=0)  # seconds for one call
    model_enabled: bool = True
    model_quantised: bool = False  # serve in 8-bit integers; docs/model.md says what that brings

    max_change_pct: float = Field(default=30, gt=0, le=100)
    min_margin_pct: float = Field(default=10, ge=0, lt=100)
    days_between_changes: int = Field(default=7, ge=0)
    proposal_days: int = Field(default=14, ge=1)  # until an undecided proposal expires

    price_list: bool = True  # applied prices are written to pricelist.csv under home
    price_webhook_url: str = ""  # a program of one's own that is told each applied price
    price_webhook_secret: SecretStr = SecretStr("")  # signs what it is told: whsec_ and 24 to 64 bytes in base64
    shopify_url: str = ""  # https://my-shop.myshopify.com
    shopify_token: SecretStr = SecretStr("")  # of its Admin API, with the scopes read_products and write_products
    shopify_version: str = Field(default="2026-10", pattern=r"^\d{4}-\d{2}$")
    woocommerce_url: str = ""  # https://shop.example
    woocommerce_key: SecretStr = SecretStr("")  # of its REST API, with the right to write: ck_…
    woocommerce_secret: SecretStr = SecretStr("")  # cs_…

    webhook_private: bool = False  # webhooks may go into one's own network, and by http to this machine

    public_url: str = ""  # where browsers find the desk, behind a proxy, as https://prices.example
    trusted_proxies: str = ""  # addresses whose X-Forwarded-For is believed, with commas between; none
    session_hours: float = Field(default=12, gt=0, le=24 * 30)
    api_rate: str = "600/minute"  # requests of one key or one person
    address_rate: str = "1200/minute"  # requests to the API from one address
    login_rate: str = "5/minute; 30/hour"  # tries to sign in to one account from one address
    limits_url: str = "memory://"  # where requests are counted; redis://… for several servers together

    metrics: Literal["loopback", "key", "off"] = "loopback"  # who reads /metrics: this machine and keys, or keys alone
    log: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    tracing_url: str = ""  # an OpenTelemetry collector, as http://127.0.0.1:4318/v1/traces; takes the extra `tracing`

    oidc_issuer: str = ""  # an OpenID provider at which people sign in, as https://login.example/realm; "" = none
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_role_claim: str = "roles"  # of the identity token; dots lead into it: realm_access.roles
    oidc_roles: str = "admin=admin, approver=approver, merchant=merchant"  # value of the claim = role here
    oidc_name_claim: str = "preferred_username"

    @field_validator("home")
    @classmethod
    def _from_anywhere(cls, home: Path) -> Path:
        """Absolute, since children of ours work in other folders."""
        return home.expanduser().resolve()

    @field_validator("country")
    @classmethod
    def _coded(cls, country: str | None) -> str | None:
        """As the calendars name it: None where unset, "" where no holidays shall count."""
        code = (country or "").strip().upper()
        if code and code != "NONE" and not re.fullmatch("[A-Z]{2}", code):
            raise ValueError(f"{country!r} is no country code; give two letters such as GB or US, or none")
        return None if not code else "" if code == "NONE" else code

    @field_validator("api_rate", "address_rate", "login_rate")
    @classmethod
    def _countable(cls, rate: str) -> str:
        parse_many(rate)  # ValueError where it is none
        return rate

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _address(cls, url: str) -> str:
        """Without a slash at its end, as a browser's Origin and a token's issuer are compared to it."""
        if url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
            raise ValueError(f"{url!r} is no address; give one such as https://prices.example")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("signing in at an OpenID provider takes its client id: set PRICEDESK_OIDC_CLIENT_ID")
        if not set(self.roles.values()) <= set(ROLES):
            raise ValueError(f"oidc_roles: {self.oidc_roles!r} names a role that is none of {', '.join(ROLES)}")
        return self

    @property
    def roles(self) -> dict[str, str]:
        """Which value of the role claim is which role here."""
        pairs = (pair.partition("=") for pair in self.oidc_roles.split(",") if pair.strip())
        return {value.strip(): role.strip() for value, _, role in pairs}

    @property
    def origins(self) -> tuple[str, ...]:
        """What browsers say that a page of ours is from, where that is not the address they sent the request to."""
        return ("/".join(self.public_url.split("/")[:3]),) if self.public_url else ()

    @property
    def lasting(self) -> timedelta:
        return timedelta(days=self.proposal_days)

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'pricedesk.db'}"
