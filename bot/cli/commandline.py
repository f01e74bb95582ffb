"""The commands of `iso-bot` with their options, and the file in this folder for each."""

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import named

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db_app = typer.Typer(help="Look after the database.", no_args_is_help=True)
content_app = typer.Typer(help="Look after the words that members read.", no_args_is_help=True)
commands_app = typer.Typer(help="Look after the slash commands at Discord.", no_args_is_help=True)
app.add_typer(db_app, name="db")
app.add_typer(content_app, name="content")
app.add_typer(commands_app, name="commands")


@app.callback(invoke_without_command=True)
def everything(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    """iso-bot: a Discord bot for networks of International Solidarity Officers."""
    if version:
        named("version")()
        raise typer.Exit


@app.command()
def init(
    config: Annotated[Path | None, typer.Option(help="The file; config.toml here by default.")] = None,
    database: Annotated[str, typer.Option(help="Where the bot keeps its data; a file beside it.")] = "",
) -> None:
    """Ask for the bot's token and write config.toml; the token may come by standard input or environment."""
    named("init")(config, database)


@app.command()
def run(
    shard_ids: Annotated[str, typer.Option(help="The shards of this process, such as 0-1.")] = "",
    shard_count: Annotated[int, typer.Option(help="How many shards there are in all.")] = 0,
) -> None:
    """Run the bot; stop it with Ctrl-C or SIGTERM."""
    gc.disable()  # as in bot/__main__.py
    named("run")(shard_ids, shard_count)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the page is served on this machine.")] = 8420,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over with a new server.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its state.")] = Path("var/demo"),
    browser: Annotated[bool, typer.Option(help="Open the page, where this is a desktop.")] = True,
) -> None:
    """Try everything without an account: a local Discord with the bot in it."""
    named("demo")(port, folder, fresh=fresh, show=browser)


@app.command()
def check() -> None:
    """Check settings, content, database, token, intents and permissions; say how to fix each."""
    raise typer.Exit(named("check")())


@app.command()
def health() -> None:
    """Ask the running bot for its health; 0 when it is well (for containers and watchdogs)."""
    raise typer.Exit(named("health")())


@app.command()
def when() -> None:
    """Read phrases (JSON lines with phrase, now, zone) from standard input; write how they are read."""
    named("when")(sys.stdin, sys.stdout)


@db_app.command()
def upgrade() -> None:
    """Bring the database up to date after making a copy of it."""
    named("store:upgrade")()


@db_app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes.")],
    recipient: Annotated[str, typer.Option(help="A public key of age: the copy is encrypted for it.")] = "",
) -> None:
    """Copy the database while the bot runs."""
    named("store:backup")(file, recipient)


@db_app.command()
def restore(
    file: Annotated[
        Path | None, typer.Argument(help="The copy; without it, the newest that the bot made by itself.")
    ] = None,
    identity: Annotated[
        Path | None, typer.Option(help="The file with the secret key, for an encrypted copy.")
    ] = None,
) -> None:
    """Put a copy in the database's place, and keep the old database next to it."""
    named("store:restore")(file, identity)


@db_app.command()
def keygen(file: Annotated[Path, typer.Argument(help="Where the secret key goes.")]) -> None:
    """Make a key for encrypted copies: the secret part into FILE, the public part for the settings."""
    named("store:keygen")(file)


@db_app.command()
def copy(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FROM",
            help="The database's address, as in the settings, or the name of an environment variable that holds it.",
        ),
    ],
    target: Annotated[
        str, typer.Argument(metavar="TO", help="The same of another database that is empty or not there.")
    ],
) -> None:
    """Copy every row into another SQLite or PostgreSQL database and compare both; stop the bot first."""
    named("store:copy")(source, target)


@db_app.command("check")
def db_check() -> None:
    """Check that the database is whole and fits this version."""
    raise typer.Exit(named("store:check")())


@content_app.command("check")
def content_check(
    folder: Annotated[Path | None, typer.Argument(help="Another content folder than the bot's own.")] = None,
) -> None:
    """Check every content file; name file, line and remedy."""
    raise typer.Exit(named("content")(folder))


@commands_app.command()
def diff() -> None:
    """Show which commands differ from those registered with Discord."""
    named("commands")(register=False)


@commands_app.command()
def sync() -> None:
    """Register with Discord the commands that differ."""
    named("commands")(register=True)
