"""Tables of counters, bookings, the queue, and measures per case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table('service_counter',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('place', sa.String(length=40), nullable=False),
    sa.Column('services', sa.JSON(), nullable=False),
    sa.Column('opens', sa.Integer(), nullable=False),
    sa.Column('closes', sa.Integer(), nullable=False),
    sa.Column('break_from', sa.Integer(), nullable=True),
    sa.Column('break_to', sa.Integer(), nullable=True),
    sa.Column('slot_minutes', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('horizon_days', sa.Integer(), nullable=False),
    sa.Column('notice_minutes', sa.Integer(), nullable=False),
    sa.Column('takes_bookings', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_counter')),
    sa.UniqueConstraint('name', name=op.f('uq_service_counter_name'))
    )
    op.create_table('queue_category',
    sa.Column('service', sa.String(length=60), nullable=False),
    sa.Column('letter', sa.String(length=2), nullable=False),
    sa.PrimaryKeyConstraint('service', name=op.f('pk_queue_category')),
    sa.UniqueConstraint('letter', name=op.f('uq_queue_category_letter'))
    )
    op.create_table('booking',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('number', sa.String(length=8), nullable=False),
    sa.Column('code_index', sa.LargeBinary(length=32), nullable=False),
    sa.Column('client_index', sa.LargeBinary(length=32), nullable=False),
    sa.Column('wrong_codes', sa.Integer(), nullable=False),
    sa.Column('service', sa.String(length=60), nullable=False),
    sa.Column('counter_id', sa.String(length=26), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seat', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('booked', 'cancelled', 'arrived', name='bookingstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('call_name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['counter_id'], ['service_counter.id'], name=op.f('fk_booking_counter_id_service_counter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking')),
    sa.UniqueConstraint('counter_id', 'starts_at', 'seat', name=op.f('uq_booking_counter_id_starts_at_seat')),
    sa.UniqueConstraint('number', name=op.f('uq_booking_number'))
    )
    op.create_index(op.f('ix_booking_client_index'), 'booking', ['client_index'], unique=False)
    op.create_index(op.f('ix_booking_starts_at'), 'booking', ['starts_at'], unique=False)
    op.create_table('queue_ticket',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('token', sa.String(length=22), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('service', sa.String(length=60), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=8), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'called', 'skipped', 'finished', name='ticketstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('booking_id', sa.String(length=26), nullable=True),
    sa.Column('counter_id', sa.String(length=26), nullable=True),
    sa.Column('handed_to_id', sa.String(length=26), nullable=True),
    sa.Column('officer_id', sa.String(length=26), nullable=True),
    sa.Column('case_id', sa.String(length=26), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_called_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_queue_ticket_booking_id_booking')),
    sa.ForeignKeyConstraint(['case_id'], ['counter_case.id'], name=op.f('fk_queue_ticket_case_id_counter_case')),
    sa.ForeignKeyConstraint(['counter_id'], ['service_counter.id'], name=op.f('fk_queue_ticket_counter_id_service_counter')),
    sa.ForeignKeyConstraint(['handed_to_id'], ['service_counter.id'], name=op.f('fk_queue_ticket_handed_to_id_service_counter')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_queue_ticket_officer_id_officer')),
    sa.ForeignKeyConstraint(['service'], ['queue_category.service'], name=op.f('fk_queue_ticket_service_queue_category')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue_ticket')),
    sa.UniqueConstraint('booking_id', name=op.f('uq_queue_ticket_booking_id')),
    sa.UniqueConstraint('day', 'service', 'number', name=op.f('uq_queue_ticket_day_service_number')),
    sa.UniqueConstraint('token', name=op.f('uq_queue_ticket_token'))
    )
    op.create_index(op.f('ix_queue_ticket_case_id'), 'queue_ticket', ['case_id'], unique=False)
    op.create_table('case_measure',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=True),
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('outcome', sa.Enum('signed', 'closed', name='outcome', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('questions', sa.Integer(), nullable=True),
    sa.Column('applications', sa.Integer(), nullable=True),
    sa.Column('boxes', sa.Integer(), nullable=True),
    sa.Column('sources', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('would_write', sa.Integer(), nullable=True),
    sa.Column('handwriting', sa.Integer(), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['counter_case.id'], name=op.f('fk_case_measure_case_id_counter_case'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_measure')),
    sa.UniqueConstraint('case_id', name=op.f('uq_case_measure_case_id'))
    )
    op.create_index(op.f('ix_case_measure_day'), 'case_measure', ['day'], unique=False)
