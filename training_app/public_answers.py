"""What everybody may read may be kept by everybody: by browsers, and by a cache in front of the site.

Such an answer knows no session and sets no cookie (`sessions.WITHOUT_SESSION`), and its language is in its address
(`languages.FOR_CITIZENS`), so one address is one answer.
"""

from flask import Flask, Response, request

from training_app.languages import FOR_CITIZENS

SECONDS = 300
"""How long an answer may be shown without asking again: a safety suspension is seen by citizens within minutes."""


def init_app(app: Flask) -> None:
    @app.after_request
    def let_it_be_kept(response: Response) -> Response:
        """Leave alone what says itself how long it is kept, and everything but pages that were found."""
        if (
            request.method in {"GET", "HEAD"}
            and request.path.startswith(FOR_CITIZENS)
            and response.status_code == 200
            and "Cache-Control" not in response.headers
        ):
            response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
            response.add_etag()
            response.make_conditional(request)
        return response
