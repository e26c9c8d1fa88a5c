"""How the sample city joins the suite (entry point `office.extensions`)."""

from __future__ import annotations

from office.extensions import Extension
from samples.cards import SampleReader
from samples.command import command
from samples.load import load_sample

EXTENSION = Extension(
    key="mihon",
    commands=(command,),
    load_sample=load_sample,
    card_readers={"mihon": SampleReader()},
    sample_reader="mihon",
)
