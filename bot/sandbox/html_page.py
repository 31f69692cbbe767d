"""The small pages behind the links of the sandbox: they name what is there and lead back."""

from collections.abc import Mapping
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

#: The page that plays Slack.
HOME = "/"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_TEMPLATE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{title} · Spacebot sandbox</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  {refresh}
  <link rel="stylesheet" href="/assets/html_page.css">
</head>
<body>
  <main>
    <p class="place">{place}</p>
    <h1>{title}</h1>
{paragraphs}
    <p class="links">{links}</p>
  </main>
</body>
</html>
"""


def html_page(
    title: str,
    *paragraphs: str,
    place: str = "Spacebot sandbox",
    links: Mapping[str, str] | None = None,
    status: int = 200,
    refresh_seconds: int = 0,
) -> HTMLResponse:
    """Return a page of plain texts, with *links* (label to path) and one back to Slack.

    It loads nothing from elsewhere, and no text in it is markup.
    """
    all_links = {**(links or {}), "Back to Slack": HOME}
    refresh = f'<meta http-equiv="refresh" content="{refresh_seconds}">' if refresh_seconds else ""
    text = _TEMPLATE.format(
        title=escape(title),
        place=escape(place),
        refresh=refresh,
        paragraphs="\n".join(f"    <p>{escape(paragraph)}</p>" for paragraph in paragraphs),
        links=" ".join(
            f'<a href="{escape(path)}">{escape(label)}</a>' for label, path in all_links.items()
        ),
    )
    return HTMLResponse(text, status, _HEADERS)


async def outside_page(request: Request) -> HTMLResponse:
    """Return the page in place of an address that isn't on this machine."""
    return html_page(
        "This link leads outside",
        "In a real Slack it opens:",
        request.query_params.get("to", ""),
        "The sandbox stays on this machine, so nothing was opened.",
    )


async def not_found_page(_request: Request, _error: Exception) -> HTMLResponse:
    """Return the page for an address that the sandbox doesn't have."""
    return html_page("Nothing is here", "The sandbox has no such page.", status=404)
