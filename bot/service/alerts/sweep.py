"""Looking at every Space and writing down what is worth saying."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot import metrics
from bot.alerts import blindness, flaps
from bot.alerts.blindness import Blindness
from bot.alerts.decide import Decision, Known, decide, with_notes
from bot.alerts.follow import Verdict
from bot.alerts.sights import Sight, under_new_names
from bot.alerts.troubles import Sighting
from bot.model import Fleet
from bot.render import alerts_blind
from bot.service import alert_channel, tidying
from bot.service.alerts import examining, hearing, renaming
from bot.service.alerts.looking import Look, look
from bot.service.alerts.notify import SweepResult, notify
from bot.service.parts import Job, Parts
from bot.store import Tx, cards, facts, incidents, spaces

#: So many polls without a look: what changed meanwhile is told as seen late.
_GAP = 3
_LEAST_GAP = timedelta(seconds=60)
#: A Space that goes within so long of its deletion by us has gone because of it.
_DELETED = timedelta(hours=1)
_BLIND = "blind"  # the fact that remembers failed looks
_TURNS = "turns"  # … and who of the missing was looked up last, by owner


def sweep(parts: Parts) -> None:
    """Look at every Space, decide what that means, and write it down in one transaction."""
    with parts.leader_transaction() as tx:
        known = spaces.sightings(tx)
        looked = spaces.looked(tx)
        audience = hearing.audience(parts, tx, _fleet(known))
        troubles = {id: incident.trouble for id, incident in incidents.open_now(tx).items()}
        turns = facts.get(tx, _TURNS) or {}
    first = frozenset(parts.settings.owners) - looked.keys()
    tidy = tidying.tidier(parts)
    sight = look(parts, Look(known, audience, first, parts.now(), tidy, troubles, turns))
    with parts.leader_transaction() as tx:
        if spaces.looked(tx) == looked:  # else another sweep was faster, and knows better
            _write(parts, tx, known, sight)
    if not sight.blind:
        metrics.swept(parts.now().timestamp(), (space.stage for space in sight.seen.values()))
    parts.nudge(Job.DELIVER)
    examining.begin(parts)


def _write(parts: Parts, tx: Tx, before: dict[str, Sighting], sight: Sight) -> None:
    """Decide about *sight*, and write everything that follows from it."""
    incidents.alone(tx)
    now = parts.now()
    followed = renaming.rename(parts, tx, before, sight.renamed)  # else no watch finds them
    known = _known(parts, tx, before, sight, now)
    decision = decide(known, sight, now)
    _keep_fleet(tx, decision, before)
    spaces.look(tx, known.owners - sight.blind.keys(), now)
    if sight.turns:
        facts.put(tx, _TURNS, {**(facts.get(tx, _TURNS) or {}), **sight.turns})
    _see_or_not(parts, tx, sight, now)
    verdicts = _keep_incidents(tx, decision)
    fleet = {**_fleet(under_new_names(before, sight.renamed)), **sight.seen}
    for id in decision.dropped:
        fleet.pop(id, None)
    result = SweepResult(verdicts, fleet, known.audience, known.first, now)
    told = notify(parts, tx, result)
    notes = {id: [*followed.get(id, ()), *told.get(id, ())] for id in {*followed, *told}}
    spaces.add_transitions(tx, with_notes(decision.transitions, notes), now)


def _known(parts: Parts, tx: Tx, before: dict[str, Sighting], sight: Sight, now: datetime) -> Known:
    looked = spaces.looked(tx)
    fleet = {**_fleet(under_new_names(before, sight.renamed)), **sight.seen}
    return Known(
        spaces=before,
        incidents=incidents.open_now(tx),
        flips=spaces.flips(tx, now - flaps.WINDOW),
        audience=hearing.audience(parts, tx, fleet),
        owners=frozenset(parts.settings.owners),
        unseen_since={o: at for o, at in looked.items() if now - at > _gap(parts)},
        first=frozenset(parts.settings.owners) - looked.keys() - sight.blind.keys(),
        deleted=spaces.deleted(tx, now - _DELETED),
    )


def _keep_fleet(tx: Tx, decision: Decision, before: dict[str, Sighting]) -> None:
    spaces.drop(tx, decision.dropped)
    rows = {decision.renamed.get(id, id) for id in before} - set(decision.dropped)
    spaces.keep(tx, decision.sightings, rows)


def _keep_incidents(tx: Tx, decision: Decision) -> list[Verdict]:
    """Write the incidents down; return the verdicts with the numbers of the new ones."""
    old = [verdict for verdict in decision.verdicts if verdict.incident.id]
    new = [verdict for verdict in decision.verdicts if not verdict.incident.id]
    incidents.keep(tx, [verdict.incident for verdict in old])
    numbered = incidents.add(tx, [verdict.incident for verdict in new])
    return old + [replace(v, incident=i) for v, i in zip(new, numbered, strict=True)]


def _see_or_not(parts: Parts, tx: Tx, sight: Sight, now: datetime) -> None:
    """Keep count of failed looks, and the one card that tells of them true."""
    before = blindness.read(facts.get(tx, _BLIND))
    after = blindness.after(before, sight.blind, now)
    if after == before:
        return
    facts.put(tx, _BLIND, blindness.kept(after) if after else None)
    if after and after.told:
        _show_blindness(tx, after, alert_channel.key(parts, tx), now)


def _show_blindness(tx: Tx, blindness: Blindness, channel: str, now: datetime) -> None:
    """Keep its card true: once deleted it comes back only if it tells of what lasts."""
    subject = f"blind:{blindness.begun.timestamp():.0f}"
    for card in cards.of(tx, subject):
        if blindness.until:
            cards.finish(tx, card.id, now)
        else:
            cards.reopen(tx, card.id)
    cards.want(tx, subject, channel, alerts_blind.blind(blindness), now)


def _fleet(known: Mapping[str, Sighting]) -> Fleet:
    return {id: sighting.space for id, sighting in known.items()}


def _gap(parts: Parts) -> timedelta:
    return max(_LEAST_GAP, _GAP * timedelta(seconds=parts.settings.poll_seconds))
