"""What comes from the resident's face."""

from __future__ import annotations

import unicodedata

from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from forms.signing.marks import ASSISTED_REASONS
from forms.signing.strokes import Capture

LONGEST_NAME = 100
_PASSWORD = [InputRequired("パスワードを入力してください。"), Length(max=256)]


class TakeBackForm(FlaskForm):  # type: ignore[misc]
    """The officer's password, to take the tablet back."""

    password = PasswordField("パスワード", _PASSWORD, render_kw={"autocomplete": "current-password"})


class WitnessForm(FlaskForm):  # type: ignore[misc]
    """The officer who saw the resident type their name."""

    password = PasswordField("パスワード", _PASSWORD, render_kw={"autocomplete": "off"})


class AssistedForm(FlaskForm):  # type: ignore[misc]
    """代筆: the name and why, the officer who writes it, and a second officer."""

    name = StringField(
        "代わりに書く申請者の氏名",
        [InputRequired("申請者の氏名を入力してください。"), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
    )
    reason = RadioField(
        "代筆の理由",
        [InputRequired("代筆の理由を選んでください。")],
        choices=list(ASSISTED_REASONS.items()),
    )
    password = PasswordField("代筆する職員のパスワード", _PASSWORD, render_kw={"autocomplete": "off"})
    witness_login = StringField(
        "立ち会う職員の職員ID",
        [InputRequired("立ち会う職員の職員IDを入力してください。"), Length(max=64)],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    witness_password = PasswordField("立ち会う職員のパスワード", _PASSWORD, render_kw={"autocomplete": "off"})


def read_signature(strokes: str, user_agent: str) -> Capture | None:
    """What the pad recorded; None when nothing was drawn. Raises `InvalidCapture` for a broken record."""
    if not strokes.strip():
        return None
    capture = Capture.parse(strokes, user_agent)
    return capture if capture.strokes else None


def read_name(typed: str) -> str:
    """A typed name, its spaces made one each; empty where there is none or it hides something."""
    name = " ".join(typed.split())
    hidden = any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") for letter in name)
    return "" if hidden or len(name) > LONGEST_NAME else name
