"""The only place where the parts are put together."""

from dataclasses import dataclass, field

from agents.deciding import signer
from agents.desk import Desk
from agents.leaning import leaning
from db.engine import Database
from db.moves import remember_rules
from db.sinks import Sink
from knowledge.remote import Remote
from knowledge.store import Knowledge
from pricedesk.background import jobs_of
from pricedesk.checkpoints import checkpointer
from pricedesk.models import Models, network_of
from pricedesk.outlets import sinks_of
from pricedesk.settings import Settings
from pricedesk.watching import WatchedDesk, tapped
from pricing.guardrails import Rules
from serving.api.metrics import Meters
from serving.api.tracing import Tracing, trace_statements, tracing_to
from serving.jobs.runner import Jobs
from tools.context import Context, Shop
from tools.day import today


@dataclass(frozen=True)
class Pricedesk:
    """Everything that runs, made from one set of settings."""

    settings: Settings
    shop: Shop
    desk: Desk
    models: Models
    jobs: Jobs
    sinks: tuple[Sink, ...] = ()
    meters: Meters = field(default_factory=Meters)
    tracing: Tracing | None = None

    @property
    def database(self) -> Database:
        return self.shop.database

    def context(self) -> Context:
        return Context(self.shop, today(self.database))


def wire(settings: Settings) -> Pricedesk:
    """Open the database (brought up to date) and join the parts; nothing heavy is loaded and no server started."""
    settings.home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.url)
    database.migrate()
    rules = rules_of(settings)
    with database.session() as session:
        remember_rules(session, rules)
    shop = Shop(database, knowledge_of(settings), rules, country=settings.country)
    models = Models(settings)
    sinks = sinks_of(settings)
    sign = signer(shop, sinks, settings.lasting)
    network = network_of(settings)
    lean = leaning(shop.knowledge.embed, network) if network else None
    meters, tracing = Meters(), tracing_to(settings.tracing_url)
    if tracing is not None:
        trace_statements(tracing, database)
    chat = tapped(models.chat, meters, tracing)
    desk = WatchedDesk(
        shop, sign, checkpointer(settings), chat, settings.lasting, lean, sinks, meters=meters, tracing=tracing
    )
    return Pricedesk(settings, shop, desk, models, jobs_of(settings, shop, sinks), sinks, meters, tracing)


def rules_of(settings: Settings) -> Rules:
    return Rules(
        max_change_pct=settings.max_change_pct,
        min_margin_pct=settings.min_margin_pct,
        days_between_changes=settings.days_between_changes,
    )


def knowledge_of(settings: Settings) -> Knowledge:
    """The store of texts: under home, or on a Chroma server where one is named."""
    remote = Remote(settings.knowledge_url, settings.knowledge_token) if settings.knowledge_url else None
    return Knowledge(settings.home / "knowledge", remote=remote)
