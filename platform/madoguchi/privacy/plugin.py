"""What the room of privacy takes part in; always on."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import (
    ApprovalKind,
    AuditPhrase,
    DataClass,
    NavigationItem,
    Permission,
    Schedule,
    TrialData,
    Urls,
)
from madoguchi.privacy import declarations, own_data, requests, retention


@hookimpl
def urls() -> tuple[Urls, ...]:
    return declarations.URLS


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return declarations.SCHEDULES


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    return declarations.TRIAL_DATA


@hookimpl
def data_classes() -> tuple[DataClass, ...]:
    return own_data.DATA_CLASSES


@hookimpl
def approval_kinds() -> tuple[ApprovalKind, ...]:
    return (
        ApprovalKind(
            name=declarations.SHORTEN,
            label=_("保存期間を短くする"),
            permission=declarations.APPROVE,
            carry_out=retention.carry_out,
        ),
        ApprovalKind(
            name=declarations.HAND_OUT,
            label=_("本人のデータを開示する"),
            permission=declarations.APPROVE,
            carry_out=requests.approve_answer,
            when_refused=requests.give_back,
        ),
        ApprovalKind(
            name=declarations.ERASE_PERSON,
            label=_("本人のデータを消去する"),
            permission=declarations.APPROVE,
            carry_out=requests.carry_out_erasing,
            when_refused=requests.give_back,
        ),
    )


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    section = _("職員と安全")
    return (
        NavigationItem(
            label=_("保存期間と消去"),
            url_name="privacy:index",
            permission=declarations.VIEW,
            section=section,
            order=872,
        ),
        NavigationItem(
            label=_("開示・消去の請求"),
            url_name="privacy:people",
            permission=declarations.DISCLOSE,
            section=section,
            order=874,
        ),
    )
