"""The page's server side: its files, and a few JSON calls and one stream under /sandbox/."""

from bot.sandbox.page_api.routes import routes
