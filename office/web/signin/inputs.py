"""What an officer types to sign in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Login name and password."""

    login = StringField(
        "職員ID",
        [InputRequired("職員IDを入力してください。"), Length(max=64)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "autofocus": True},
    )
    password = PasswordField(
        "パスワード",
        [InputRequired("パスワードを入力してください。"), Length(max=256)],
        render_kw={"autocomplete": "current-password"},
    )
