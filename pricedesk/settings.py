"""Everything an operator may set, by `PRICEDESK_*` variables."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Built once, in wiring; handed down from there."""

    model_config = SettingsConfigDict(env_prefix="PRICEDESK_", frozen=True, extra="ignore", validate_default=True)

    home: Path = Path("var")
    database_url: str = ""  # "" = SQLite under home
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

    @property
    def lasting(self) -> timedelta:
        return timedelta(days=self.proposal_days)

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'pricedesk.db'}"
