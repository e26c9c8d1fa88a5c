"""What comes from the resident's face."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from forms.signing.strokes import Capture


class TakeBackForm(FlaskForm):  # type: ignore[misc]
    """The officer's password, to take the tablet back."""

    password = PasswordField(
        "パスワード",
        [InputRequired("パスワードを入力してください。"), Length(max=256)],
        render_kw={"autocomplete": "current-password"},
    )


def read_signature(strokes: str, user_agent: str) -> Capture | None:
    """What the pad recorded; None when nothing was drawn. Raises `InvalidCapture` for a broken record."""
    if not strokes.strip():
        return None
    capture = Capture.parse(strokes, user_agent)
    return capture if capture.strokes else None
