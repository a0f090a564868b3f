"""The way to the OpenID provider and back, for browsers; page and API then know the visitor alike."""

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from serving.api.backing import Back
from serving.api.oidc import COOKIE, PATH, NoProviderError, Provider
from serving.api.routes.sessions import set_cookie

router = APIRouter(tags=["sessions"], include_in_schema=False)


@router.get("/sessions/oidc")
async def leave(request: Request, back: Back) -> Response:
    """Off to the provider."""
    return await _provider(back.provider).send(request, back.cookies)


@router.get("/sessions/oidc/callback")
async def come_back(request: Request, back: Back) -> Response:
    """Back from it, signed in."""
    user = await _provider(back.provider).returned(request, back.cookies, back.database)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE, path=PATH)
    set_cookie(answer, request, back, back.cookies.write(user)[0])
    page = getattr(request.app.state, "page", None)  # what lets a visitor into the page, where one is mounted
    if page is not None:
        page.admit(user.name, answer)
    return answer


def _provider(known: Provider | None) -> Provider:
    if known is None:
        raise NoProviderError("No OpenID provider is set (PRICEDESK_OIDC_ISSUER). Sign in by name and password.")
    return known
