"""Tables of surveys, their answers, routes of decision, and contract papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table('decision_route',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('procedures', sa.JSON(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision_route'))
    )
    op.create_table('circulation',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('route_id', sa.String(length=26), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('running', 'returned', 'pulled-back', 'approved', 'refused', name='circulationstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('maker_id', sa.String(length=26), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('step_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['maker_id'], ['officer.id'], name=op.f('fk_circulation_maker_id_officer')),
    sa.ForeignKeyConstraint(['route_id'], ['decision_route.id'], name=op.f('fk_circulation_route_id_decision_route')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circulation'))
    )
    op.create_index(op.f('ix_circulation_state'), 'circulation', ['state'], unique=False)
    op.create_table('deputy',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('principal_id', sa.String(length=26), nullable=False),
    sa.Column('deputy_id', sa.String(length=26), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['deputy_id'], ['officer.id'], name=op.f('fk_deputy_deputy_id_officer')),
    sa.ForeignKeyConstraint(['principal_id'], ['officer.id'], name=op.f('fk_deputy_principal_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deputy'))
    )
    op.create_index(op.f('ix_deputy_principal_id'), 'deputy', ['principal_id'], unique=False)
    op.create_table('survey',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('slug', sa.String(length=12), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'open', 'closed', 'archived', name='surveystate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('coded', sa.Boolean(), nullable=False),
    sa.Column('least_cell', sa.Integer(), nullable=False),
    sa.Column('officer_id', sa.String(length=26), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_survey_officer_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sa.UniqueConstraint('slug', name=op.f('uq_survey_slug'))
    )
    op.create_index(op.f('ix_survey_state'), 'survey', ['state'], unique=False)
    op.create_table('circulation_act',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('circulation_id', sa.String(length=26), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('act', sa.Enum('start', 'approve', 'return', 'refuse', 'pull-back', name='routeact', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('officer_id', sa.String(length=26), nullable=False),
    sa.Column('on_behalf_of', sa.String(length=26), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['circulation_id'], ['circulation.id'], name=op.f('fk_circulation_act_circulation_id_circulation')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_circulation_act_officer_id_officer')),
    sa.ForeignKeyConstraint(['on_behalf_of'], ['officer.id'], name=op.f('fk_circulation_act_on_behalf_of_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circulation_act'))
    )
    op.create_index(op.f('ix_circulation_act_circulation_id'), 'circulation_act', ['circulation_id'], unique=False)
    op.create_table('purchase',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('officer_id', sa.String(length=26), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('circulation_id', sa.String(length=26), nullable=True),
    sa.ForeignKeyConstraint(['circulation_id'], ['circulation.id'], name=op.f('fk_purchase_circulation_id_circulation')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_purchase_officer_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase'))
    )
    op.create_table('survey_answer',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('survey_id', sa.String(length=26), nullable=False),
    sa.Column('answers_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_answer_survey_id_survey')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answer')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_survey_answer_survey_id'), 'survey_answer', ['survey_id'], unique=False)
    op.create_table('survey_code',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('survey_id', sa.String(length=26), nullable=False),
    sa.Column('code_index', sa.LargeBinary(length=32), nullable=False),
    sa.Column('used', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_code_survey_id_survey')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_code')),
    sa.UniqueConstraint('survey_id', 'code_index', name=op.f('uq_survey_code_survey_id_code_index'))
    )
    op.create_table('circulation_paper',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('circulation_id', sa.String(length=26), nullable=False),
    sa.Column('application_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_circulation_paper_application_id_application')),
    sa.ForeignKeyConstraint(['circulation_id'], ['circulation.id'], name=op.f('fk_circulation_paper_circulation_id_circulation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circulation_paper')),
    sa.UniqueConstraint('application_id', name=op.f('uq_circulation_paper_application_id'))
    )
    op.create_index(op.f('ix_circulation_paper_circulation_id'), 'circulation_paper', ['circulation_id'], unique=False)
    op.create_table('contract_explanation',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('purchase_id', sa.String(length=26), nullable=False),
    sa.Column('difference', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('officer_id', sa.String(length=26), nullable=False),
    sa.Column('explained_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_contract_explanation_officer_id_officer')),
    sa.ForeignKeyConstraint(['purchase_id'], ['purchase.id'], name=op.f('fk_contract_explanation_purchase_id_purchase')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_explanation')),
    sa.UniqueConstraint('purchase_id', 'difference', name=op.f('uq_contract_explanation_purchase_id_difference'))
    )
    op.create_table('contract_paper',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('purchase_id', sa.String(length=26), nullable=False),
    sa.Column('application_id', sa.String(length=26), nullable=False),
    sa.Column('procedure', sa.String(length=60), nullable=False),
    sa.Column('vendor', sa.String(length=200), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_contract_paper_application_id_application')),
    sa.ForeignKeyConstraint(['purchase_id'], ['purchase.id'], name=op.f('fk_contract_paper_purchase_id_purchase')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_paper')),
    sa.UniqueConstraint('application_id', name=op.f('uq_contract_paper_application_id')),
    sa.UniqueConstraint('procedure', 'vendor', 'number', name=op.f('uq_contract_paper_procedure_vendor_number')),
    sa.UniqueConstraint('purchase_id', 'procedure', name=op.f('uq_contract_paper_purchase_id_procedure'))
    )
    op.create_index(op.f('ix_contract_paper_purchase_id'), 'contract_paper', ['purchase_id'], unique=False)
