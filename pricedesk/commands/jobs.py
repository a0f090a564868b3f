"""Commands about background work and webhooks: jobs, jobs show, jobs cancel; webhooks list, add, change, ping …"""

from typing import Annotated, Any

import typer

from db import webhooks as hooks
from db.dealings import Job
from db.webhooks import Standing
from pricedesk.acting import As, acting
from pricedesk.amounts import Count
from pricedesk.background import reach_of
from pricedesk.opening import opened
from pricedesk.output import Json, say, show
from serving.jobs.deliveries import ping as send_ping

jobs_app = typer.Typer(help="Work that goes on in the background.", invoke_without_command=True)
webhooks_app = typer.Typer(help="Addresses that are told of events.", no_args_is_help=True)
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="A kind of event; repeat it. None: all.")]


def add_to(parent: typer.Typer) -> None:
    parent.add_typer(jobs_app, name="jobs")
    parent.add_typer(webhooks_app, name="webhooks")


@jobs_app.callback()
def list_jobs(context: typer.Context, n: Count = 50, as_json: Json = False) -> None:
    """The newest jobs."""
    if context.invoked_subcommand is None:
        columns = ("id", "kind", "status", "stage", "done", "total", "author", "made_at", "ended_at", "error")
        rows = [{name: getattr(job, name) for name in columns} for job in opened().jobs.recent(n)]
        show(rows, as_json, columns=columns)


@jobs_app.command("show")
def show_job(job_id: str, as_json: Json = False) -> None:
    """One job, with its result."""
    job = opened().jobs.status(job_id)
    say(job.model_dump(), as_json, _told(job))


@jobs_app.command("cancel")
def cancel_job(job_id: str, as_: As = "", as_json: Json = False) -> None:
    """End a job at its next item; what it has finished stands."""
    desk = opened()
    job = desk.jobs.cancel(job_id, acting(desk, as_))
    say(job.model_dump(), as_json, _told(job))


def _told(job: Job) -> str:
    head = f"Job {job.id} ({job.kind}) is {job.status}: {job.stage or 'not begun'} {job.done} of {job.total}."
    return "\n".join(filter(None, (head, job.error)))


@webhooks_app.command("list")
def list_webhooks(as_json: Json = False) -> None:
    """All webhooks, and how it goes with each."""
    with opened().database.reading() as session:
        show([_row(one) for one in hooks.everyone(session)], as_json)


@webhooks_app.command("add")
def add_webhook(url: str, kind: Kinds = None, as_: As = "", as_json: Json = False) -> None:
    """Tell an address of events; its secret is made here and shown this once."""
    desk = opened()
    with desk.database.session() as session:
        made, secret = hooks.create(session, url, kind or (), acting(desk, as_), reach_of(desk.settings))
    value = {"id": made.id, "url": made.url, "kinds": made.kinds, "secret": secret}
    say(value, as_json, f"Webhook {made.id} is told of events. Its secret (shown this once): {secret}")


@webhooks_app.command("change")
def change_webhook(
    webhook: int,
    url: Annotated[str | None, typer.Option()] = None,
    kind: Kinds = None,
    active: Annotated[bool | None, typer.Option("--on/--off")] = None,
    as_: As = "",
    as_json: Json = False,
) -> None:
    """Change the address or the kinds of a webhook, or switch it on or off."""
    desk = opened()
    with desk.database.session() as session:
        hooks.change(
            session, webhook, acting(desk, as_), url=url, kinds=kind, active=active, reach=reach_of(desk.settings)
        )
        row = _row(hooks.standing(session, webhook))
    say(row, as_json, f"Webhook {webhook} goes to {row['url']} and is {'on' if row['active'] else 'off'}.")


@webhooks_app.command("secret")
def renew_secret(webhook: int, as_: As = "", as_json: Json = False) -> None:
    """Make another secret; the present one is void at once."""
    desk = opened()
    with desk.database.session() as session:
        secret = hooks.renew(session, webhook, acting(desk, as_))
    say({"id": webhook, "secret": secret}, as_json, f"The secret of webhook {webhook} (shown this once): {secret}")


@webhooks_app.command("delete")
def delete_webhook(webhook: int, as_: As = "", as_json: Json = False) -> None:
    """Tell an address no more."""
    desk = opened()
    with desk.database.session() as session:
        hooks.delete(session, webhook, acting(desk, as_))
    say({"id": webhook}, as_json, f"Webhook {webhook} is gone.")


@webhooks_app.command("replay")
def replay(
    webhook: int,
    from_event: Annotated[int, typer.Option(help="The number of the first event.")],
    as_: As = "",
    as_json: Json = False,
) -> None:
    """Tell all events from one on again, in order; the running desk sends them."""
    desk = opened()
    with desk.database.session() as session:
        count = hooks.replay(session, webhook, from_event, acting(desk, as_))
    say({"events": count}, as_json, f"{count} events will be told again.")


@webhooks_app.command("ping")
def ping(webhook: int, as_json: Json = False) -> None:
    """Send a signed test message now, and show what the receiver says."""
    desk = opened()
    with desk.database.reading() as session:
        found = hooks.get(session, webhook)
    answer = send_ping(found, reach_of(desk.settings))
    say({"status": answer.status, "answer": answer.text}, as_json, f"{answer.status}: {answer.text}")


@webhooks_app.command("deliveries")
def list_deliveries(webhook: int, n: Count = 50, as_json: Json = False) -> None:
    """What a webhook was told, newest first."""
    with opened().database.reading() as session:
        rows = [
            {"event": event.id, "kind": event.kind, "subject": event.subject, "status": delivery.status,
             "attempts": delivery.attempts, "next_at": delivery.next_at, "answer": delivery.answer}
            for delivery, event in hooks.deliveries(session, webhook, n)
        ]  # fmt: skip
    show(rows, as_json)


def _row(one: Standing) -> dict[str, Any]:
    return {
        "id": one.webhook.id, "url": one.webhook.url, "kinds": one.webhook.kinds, "active": one.webhook.active,
        "failing": one.failing, "waiting": one.waiting, "dead": one.dead, "delivered_at": one.delivered_at,
        "answer": one.answer,
    }  # fmt: skip
