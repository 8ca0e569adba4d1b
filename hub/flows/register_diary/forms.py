"""A connector's forms as records, and the form that a request names."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.kit.credentials import CredentialForm
from connectors.kit.registration import RecoveryPort, RegistrationPort
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.views.self_service.registration import ChoiceView, FieldView, FormView, RegistrationForms
from hub.flows.words import system_title


def show_registration(deps: Deps, system: str) -> RegistrationForms:
    """What this diary offers to somebody who cannot sign in there; both parts may be empty."""
    port = deps.diaries.get(system)
    if port is None:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    recovery = port.manifest.recovery if isinstance(port, RecoveryPort) else None
    return RegistrationForms(
        system=system,
        title=system_title(deps, system),
        forms=tuple(form_view(one) for one in port.manifest.registration) if isinstance(port, RegistrationPort) else (),
        recovery=form_view(recovery) if recovery else None,
    )


def form_view(form: CredentialForm) -> FormView:
    return FormView(
        name=form.name,
        title=form.title,
        given_by=form.given_by,
        button=form.button or "Отправить",
        fields=tuple(
            FieldView(
                name=one.name,
                title=one.title,
                kind=one.kind.value,
                help=one.help,
                optional=one.optional,
                choices=tuple(ChoiceView(value=choice.value, title=choice.title) for choice in one.choices),
            )
            for one in form.fields
        ),
    )


def named(forms: Iterable[CredentialForm], name: str) -> CredentialForm:
    """The form of this name; where there is one form alone, that."""
    offered = tuple(forms)
    found = next((one for one in offered if one.name == name or (not name and len(offered) == 1)), None)
    if found is None:
        raise Refused(Reason.MALFORMED, "Такой формы у этого дневника нет. Откройте страницу ещё раз.")
    return found
