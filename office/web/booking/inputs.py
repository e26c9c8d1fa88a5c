"""What a resident may leave with a booking, and how they come back to it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField, TelField


class ContactForm(FlaskForm):  # type: ignore[misc]
    """Both may stay empty; the records check them."""

    call_name = StringField(render_kw={"autocomplete": "off", "maxlength": "20"})
    phone = TelField(render_kw={"autocomplete": "tel", "maxlength": "20", "inputmode": "tel"})


class ProofForm(FlaskForm):  # type: ignore[misc]
    """Booking number and secret code."""

    number = StringField(render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": "20"})
    code = StringField(render_kw={"autocomplete": "off", "autocapitalize": "characters", "maxlength": "12"})
