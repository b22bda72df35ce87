"""What a new password must look like, judged rule by rule and told in words."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from madoguchi.accounts.credentials import FormerPassword
from madoguchi.accounts.methods.policy import PasswordRules, password_rules
from madoguchi.accounts.models import Staff
from madoguchi.tenancy import current_city

FEWEST_DIFFERENT = 5
SHORTEST_WORD = 3
_MOST_REMEMBERED = 10
ATTRIBUTES = ("staff_code", "name", "name_kana", "email")
CLASSES: tuple[Callable[[str], bool], ...] = (str.islower, str.isupper, str.isdigit)


@dataclass(frozen=True)
class Verdict:
    """One rule in words, and whether a password keeps it; None where there is none to judge yet."""

    name: str
    text: str
    is_met: bool | None
    value: str = ""


def judge(*, password: str | None, staff: Staff | None) -> list[Verdict]:
    """Judge a password by every rule of the city; without one, only tell the rules."""
    rules = password_rules()
    found = [
        _verdict("length", _("%(number)s文字以上") % {"number": rules.shortest}, str(rules.shortest)),
        _verdict("classes", _class_words(rules), str(rules.classes)),
        _verdict("digits", _("数字だけにしない")),
        _verdict("repeats", _("同じ文字のくり返しにしない（5種類以上の文字）"), str(FEWEST_DIFFERENT)),
        _verdict("words", _("職員コード・氏名・自治体名などを入れない"), " ".join(_words(staff, rules))),
        _verdict("common", _("よく使われるパスワードにしない")),
    ]
    if rules.classes < 2:
        found = [each for each in found if each.name != "classes"]
    if rules.remembered:
        found.append(_verdict("former", _former_words(rules), str(rules.remembered)))
    if password is None:
        return found
    return [_judged(each, password, staff, rules) for each in found]


def problems(verdicts: Sequence[Verdict]) -> list[str]:
    """List the rules that a password breaks, as sentences beside the field."""
    return [
        _("守られていない決まり：%(rule)s") % {"rule": each.text} for each in verdicts if each.is_met is False
    ]


def remember(*, staff: Staff, now: datetime) -> None:
    """Keep the hash of the password that ends now, and no more of them than the city asks for."""
    if not staff.has_usable_password():
        return
    FormerPassword.objects.create(staff=staff, password=staff.password, ended_at=now)
    kept = FormerPassword.objects.filter(staff=staff).values_list("id", flat=True)[:_MOST_REMEMBERED]
    FormerPassword.objects.filter(staff=staff).exclude(id__in=list(kept)).delete()


def has_expired(*, staff: Staff, now: datetime) -> bool:
    """Tell whether the person must choose a new password by now."""
    days = password_rules().expires_days
    if not days or staff.password_set_at is None:
        return False
    return now - staff.password_set_at > timedelta(days=days)


def _verdict(name: str, text: str, value: str = "") -> Verdict:
    return Verdict(name, text, None, value)


def _judged(verdict: Verdict, password: str, staff: Staff | None, rules: PasswordRules) -> Verdict:
    judges: dict[str, Callable[[], bool]] = {
        "length": lambda: len(password) >= rules.shortest,
        "classes": lambda: count_classes(password) >= rules.classes,
        "digits": lambda: not password.isdigit(),
        "repeats": lambda: len(set(password)) >= FEWEST_DIFFERENT,
        "words": lambda: _is_free_of_words(password, staff, rules),
        "common": lambda: _is_uncommon(password),
        "former": lambda: not _was_used(password, staff, rules),
    }
    return Verdict(verdict.name, verdict.text, judges[verdict.name](), verdict.value)


def count_classes(password: str) -> int:
    """Count the kinds of signs: small letters, capitals, digits, and whatever else there is."""
    kinds = [any(map(kind, password)) for kind in CLASSES]
    return sum(kinds) + any(not any(kind(sign) for kind in CLASSES) for sign in password)


def _is_free_of_words(password: str, staff: Staff | None, rules: PasswordRules) -> bool:
    folded = _folded(password)
    if any(word in folded for word in _words(staff, rules)):
        return False
    similar = password_validation.UserAttributeSimilarityValidator(user_attributes=ATTRIBUTES)
    try:
        similar.validate(password, user=staff)
    except ValidationError:
        return False
    return True


def _is_uncommon(password: str) -> bool:
    # With digits or signs at its end a common password is still a common one.
    bare = _folded(password).rstrip("0123456789!?.-_@#$ ")
    try:
        for each in {password, bare}:
            password_validation.CommonPasswordValidator().validate(each)
    except ValidationError:
        return False
    return True


def _was_used(password: str, staff: Staff | None, rules: PasswordRules) -> bool:
    if staff is None:
        return False
    former = FormerPassword.objects.filter(staff=staff).values_list("password", flat=True)
    used = [staff.password, *former[: rules.remembered - 1]]
    return any(check_password(password, each) for each in used)


def _words(staff: Staff | None, rules: PasswordRules) -> list[str]:
    city = current_city()
    words = {city.code, city.name, city.name_kana, city.name_en, *rules.forbidden_words}
    if staff is not None:
        words |= {staff.staff_code, *staff.name.split(), *staff.name_kana.split()}
    # Spaces divide the words on the page.
    folded = {_folded(word).replace(" ", "") for word in words}
    return sorted(word for word in folded if len(word) >= SHORTEST_WORD)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _class_words(rules: PasswordRules) -> str:
    return _("英小文字・英大文字・数字・記号のうち%(number)s種類以上を使う") % {"number": rules.classes}


def _former_words(rules: PasswordRules) -> str:
    if rules.remembered == 1:
        return _("今のパスワードと同じにしない")
    return _("今までに使った%(number)s回分のパスワードと同じにしない") % {"number": rules.remembered}
