"""Tables of pre-entries, duplicates and corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table('case_handover',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('desk', sa.String(length=60), nullable=False),
    sa.Column('from_officer_id', sa.String(length=26), nullable=False),
    sa.Column('to_officer_id', sa.String(length=26), nullable=True),
    sa.Column('handed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_by_id', sa.String(length=26), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['counter_case.id'], name=op.f('fk_case_handover_case_id_counter_case')),
    sa.ForeignKeyConstraint(['from_officer_id'], ['officer.id'], name=op.f('fk_case_handover_from_officer_id_officer')),
    sa.ForeignKeyConstraint(['taken_by_id'], ['officer.id'], name=op.f('fk_case_handover_taken_by_id_officer')),
    sa.ForeignKeyConstraint(['to_officer_id'], ['officer.id'], name=op.f('fk_case_handover_to_officer_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_handover'))
    )
    op.create_index(op.f('ix_case_handover_case_id'), 'case_handover', ['case_id'], unique=False)
    op.create_index(op.f('ix_case_handover_taken_at'), 'case_handover', ['taken_at'], unique=False)
    op.create_table('case_step',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('fact', sa.String(length=100), nullable=False),
    sa.Column('officer_id', sa.String(length=26), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.Column('before_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['counter_case.id'], name=op.f('fk_case_step_case_id_counter_case')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_case_step_officer_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_step')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_case_step_case_id_number'))
    )
    op.create_table('double_settled',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('what', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('officer_id', sa.String(length=26), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['counter_case.id'], name=op.f('fk_double_settled_case_id_counter_case')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_double_settled_officer_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_double_settled'))
    )
    op.create_index(op.f('ix_double_settled_case_id'), 'double_settled', ['case_id'], unique=False)
    op.create_table('pre_entry_use',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('officer_id', sa.String(length=26), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['counter_case.id'], name=op.f('fk_pre_entry_use_case_id_counter_case')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_pre_entry_use_officer_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pre_entry_use'))
    )
    op.create_index(op.f('ix_pre_entry_use_digest'), 'pre_entry_use', ['digest'], unique=False)
    op.create_table('correction',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('original_id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('successor_id', sa.String(length=26), nullable=True),
    sa.Column('boxes', sa.JSON(), nullable=False),
    sa.Column('officer_id', sa.String(length=26), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('draft_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['counter_case.id'], name=op.f('fk_correction_case_id_counter_case')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_correction_officer_id_officer')),
    sa.ForeignKeyConstraint(['original_id'], ['application.id'], name=op.f('fk_correction_original_id_application')),
    sa.ForeignKeyConstraint(['successor_id'], ['application.id'], name=op.f('fk_correction_successor_id_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction')),
    sa.UniqueConstraint('case_id', name=op.f('uq_correction_case_id')),
    sa.UniqueConstraint('successor_id', name=op.f('uq_correction_successor_id'))
    )
    op.create_index(op.f('ix_correction_original_id'), 'correction', ['original_id'], unique=False)
    op.create_table('objection',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('application_id', sa.String(length=26), nullable=False),
    sa.Column('objected_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reopened_by_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_objection_application_id_application')),
    sa.ForeignKeyConstraint(['case_id'], ['counter_case.id'], name=op.f('fk_objection_case_id_counter_case')),
    sa.ForeignKeyConstraint(['reopened_by_id'], ['officer.id'], name=op.f('fk_objection_reopened_by_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection'))
    )
    op.create_index(op.f('ix_objection_application_id'), 'objection', ['application_id'], unique=False)
    op.create_index(op.f('ix_objection_case_id'), 'objection', ['case_id'], unique=False)
    op.create_table('return_note',
    sa.Column('decision_id', sa.String(length=26), nullable=False),
    sa.Column('boxes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_return_note_decision_id_decision')),
    sa.PrimaryKeyConstraint('decision_id', name=op.f('pk_return_note'))
    )
    op.add_column('counter_case', sa.Column('version', sa.Integer(), server_default='0', nullable=False))
    op.add_column('counter_case', sa.Column('protected', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('counter_case', sa.Column('person_index', sa.LargeBinary(length=32), nullable=True))
    op.create_index(op.f('ix_counter_case_person_index'), 'counter_case', ['person_index'], unique=False)
    op.add_column('resident', sa.Column('protected', sa.Boolean(), server_default=sa.false(), nullable=False))
