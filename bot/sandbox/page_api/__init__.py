"""What the page in the browser talks to: the files of the page, and a few JSON calls and one stream under /sandbox/."""

from bot.sandbox.page_api.routes import routes
