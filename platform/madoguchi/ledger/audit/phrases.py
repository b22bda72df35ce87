"""The words in which entries stand in the list."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.services import DENIED, READ

_OWN = {READ: _("個人情報を閲覧した"), DENIED: _("操作を拒否した")}


def phrase_of(action: str) -> str:
    """Say an action in words; an action that nobody declared shows its name."""
    return Vocabulary().say(action)


class Vocabulary:
    """Everything that plugins gave a name to: actions, purposes, permissions, file formats, terms."""

    def __init__(self) -> None:
        phrases = plugins.declared("audit_phrases")
        self._words: dict[str, str | Promise] = {
            **_OWN,
            **plugins.labels(),
            **{phrase.action: phrase.phrase for phrase in phrases},
        }
        self._terms: dict[str, Mapping[str, str | Promise]] = {
            phrase.action: phrase.terms for phrase in phrases
        }

    def term(self, name: str, *, action: str) -> str:
        """Say a name in the words of one action alone, or not at all."""
        return str(self._terms.get(action, {}).get(name, ""))

    def say(self, name: str, *, action: str = "") -> str:
        """Say a name in words, first in those of the entry's own action; an unknown one as it is."""
        return self.term(name, action=action) or str(self._words.get(name) or name)
