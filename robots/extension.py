"""What the robots bring to the suite: commands, the console's pages, and every robot as a job."""

from __future__ import annotations

from office.extensions import Extension
from robots.commands import exchange, ledger, robots
from robots.console.dates import blueprint as dates
from robots.console.postings import blueprint as postings
from robots.console.views import blueprint as console
from robots.discovery import catalogue
from robots.watching import FOLDER

EXTENSION = Extension(
    key="robots",
    commands=(robots.command, ledger.command, exchange.command),
    blueprints=(console, dates, postings),
    jobs=catalogue,
    pulses=(FOLDER,),
)
