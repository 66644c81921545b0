"""The tables, one aggregate a file."""

from app.models.access import Device, SignedIn, SignInThrottle
from app.models.blob import Blob, BlobReference
from app.models.case import Case, CaseEvent
from app.models.case_call import CaseCall
from app.models.channel import Channel
from app.models.conflict import Conflict
from app.models.connector import Connector, ConnectorProgress, Handover, HookDelivery
from app.models.device_report import DeviceReport
from app.models.duty import DutyShift, DutySwap
from app.models.duty_list import DeadlinePolicy, DutyItem, DutyList
from app.models.feed import Departure, FeedCounter, FeedEpoch, FeedHorizon, Tally
from app.models.household import Building, Dwelling, Resident
from app.models.journal import JournalEntry, PushProgress, Quarantined, WaitingRescue
from app.models.notice import Delivery, Notice, PushSubscription
from app.models.notice_recipient import NoticeCounter, NoticeRecipient
from app.models.person import FormerMembership, Membership, Person
from app.models.types import REFERENCE, CommunityRecord
from app.models.unit import Unit
from app.models.visit import Visit

__all__ = [
    "REFERENCE",
    "Blob",
    "BlobReference",
    "Building",
    "Case",
    "CaseCall",
    "CaseEvent",
    "Channel",
    "CommunityRecord",
    "Conflict",
    "Connector",
    "ConnectorProgress",
    "DeadlinePolicy",
    "Delivery",
    "Departure",
    "Device",
    "DeviceReport",
    "DutyItem",
    "DutyList",
    "DutyShift",
    "DutySwap",
    "Dwelling",
    "FeedCounter",
    "FeedEpoch",
    "FeedHorizon",
    "FormerMembership",
    "Handover",
    "HookDelivery",
    "JournalEntry",
    "Membership",
    "Notice",
    "NoticeCounter",
    "NoticeRecipient",
    "Person",
    "PushProgress",
    "PushSubscription",
    "Quarantined",
    "Resident",
    "SignInThrottle",
    "SignedIn",
    "Tally",
    "Unit",
    "Visit",
    "WaitingRescue",
]
