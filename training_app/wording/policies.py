"""The terms of certification in words: what a revision sets, and what holds of an evaluation."""

from collections.abc import Sequence

from babel.dates import get_month_names
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from training_app.rules.facts import Prohibition, RenewalBasis
from training_app.services.policies import Terms


def months(count: int) -> str:
    return ngettext("%(num)s month", "%(num)s months", count)


def month_names() -> dict[int, str]:
    """Return the months of the year by number, in the reader's language."""
    return dict(get_month_names("wide", "stand-alone", locale=get_locale()))


def rows(terms: Terms, *, agency_asks: bool = True) -> list[dict[str, str]]:
    """Return what *terms* set, as the rows of a list; *agency_asks*: whether the agency asks for an evaluation."""
    return [
        {"term": _("Certification"), "description": _validity(terms)},
        {"term": _("Renewal"), "description": _renewal(terms)},
        {"term": _("Passed modules"), "description": _("Count for %(months)s", months=months(terms.pass_age_months))},
        {"term": _("Psychological evaluation"), "description": evaluation(terms.evaluation_required, agency_asks)},
        {"term": _("Seats"), "description": _seats(terms)},
    ]


def evaluation(tool_asks: bool, agency_asks: bool) -> str:
    """Say whether an evaluation is asked: where both the agency and the tool ask for it."""
    if not tool_asks:
        return _("Not asked, by this tool's policy")
    return _("Asked") if agency_asks else _("Not asked, by agency policy")


def graces(days: Sequence[int]) -> str:
    """Say how often use is let run on before the training on what changed is done, and for how long at most."""
    if not days:
        return _("None")
    return ngettext(
        "%(num)s decision, up to %(days)s days", "%(num)s decisions, up to %(days)s days", len(days), days=max(days)
    )


def _validity(terms: Terms) -> str:
    if terms.renewal_basis is not RenewalBasis.FIXED_DATE or terms.fixed_month is None:
        return _("Runs for %(months)s", months=months(terms.validity_months))
    return _(
        "Ends on %(day)s %(month)s, the first time that day comes at least %(months)s after the award",
        day=terms.fixed_day,
        month=month_names()[terms.fixed_month],
        months=months(terms.minimum_months or 0),
    )


def _renewal(terms: Terms) -> str:
    opens = _("Opens %(months)s before the last day", months=months(terms.window_months))
    match terms.renewal_basis:
        case RenewalBasis.LAST_DAY:
            return _("%(opens)s; counts from the old last day", opens=opens)
        case RenewalBasis.AWARD_DAY:
            return _("%(opens)s; counts from the day of the award", opens=opens)
        case RenewalBasis.FIXED_DATE:
            return _("%(opens)s; ends on the same day of a later year", opens=opens)


def _seats(terms: Terms) -> str:
    if not terms.seats_required:
        return _("Not needed")
    review = (
        _("reviewed every %(months)s", months=months(terms.seat_review_months))
        if terms.seat_review_months
        else _("not reviewed")
    )
    counts = (
        _("that of a suspended officer counts")
        if terms.suspended_seats_count
        else _("that of a suspended officer does not count")
    )
    return _("Needed; %(review)s; %(counts)s", review=review, counts=counts)


def prohibition(answer: Prohibition) -> str:
    """Say what the answer on prohibited practice is; what the law and what the agency forbids are kept apart."""
    match answer:
        case Prohibition.LAW:
            return _("Forbidden by law")
        case Prohibition.POLICY:
            return _("Forbidden by agency policy")
        case Prohibition.NONE:
            return _("Not prohibited")
