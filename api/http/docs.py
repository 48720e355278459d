"""Interactive documentation that needs no internet: Swagger UI from an installed package, served by us."""

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.http.problems import Problem

_PACKAGE = "fastapi_offline"
_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "favicon.png": "image/png",
}
_START = """\
window.ui = SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null, persistAuthorization: false,
  presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout"
});
"""
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Muniment API</title>
<link rel="icon" href="/docs-assets/favicon.png">
<link rel="stylesheet" href="/docs-assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs-assets/swagger-ui-bundle.js"></script>
<script src="/docs-assets/start.js"></script>
</body>
</html>
"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Swagger UI sets styles of its own on its elements, but runs no script from the page."""
_KEEP = {"Cache-Control": "public, max-age=86400"}


async def page(_request: Request) -> Response:
    """The page."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


async def asset(request: Request) -> Response:
    """One of the files it is made of. Raises Problem 404."""
    name = request.path_params["name"]
    if name == "start.js":
        return Response(_START, headers=_KEEP, media_type="text/javascript; charset=utf-8")
    if name not in _ASSETS:
        raise Problem(404, "not_found", "there is no such file")
    content = files(_PACKAGE).joinpath("static", name).read_bytes()
    return Response(content, headers={**_KEEP, "Content-Type": _ASSETS[name]})
