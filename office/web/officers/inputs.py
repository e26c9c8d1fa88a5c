"""What the administrator types to add an officer."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput

from office.accounts.roles import OFFICER_ROLES


class OfficerForm(FlaskForm):  # type: ignore[misc]
    """Login, name, first password, roles."""

    login = StringField(
        "職員ID",
        [
            InputRequired("職員IDを入力してください。"),
            Regexp(r"^[a-z0-9._-]{2,64}$", message="半角の英小文字と数字、2～64文字で入力してください。"),
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    name = StringField("氏名", [InputRequired("氏名を入力してください。"), Length(max=100)])
    password = PasswordField(
        "はじめのパスワード",
        [InputRequired("パスワードを入力してください。"), Length(12, 256, "12文字以上で入力してください。")],
        render_kw={"autocomplete": "new-password"},
    )
    roles = SelectMultipleField(
        "役割",
        [InputRequired("役割を1つ以上選んでください。")],
        choices=[(role.value, role.label) for role in OFFICER_ROLES],
        option_widget=CheckboxInput(),
    )
