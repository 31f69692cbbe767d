"""The cards of one notification pass, read and written in bulk."""

from bot.alerts.notification_board import UnpostedReply
from bot.alerts.notification_plan import Post
from bot.cards import Message
from bot.cards.delivery import mark_posted, mark_sending
from bot.cards.keys import CardKey, CardKind
from bot.store import Store, Tx, cards, notifications
from tests.unit.store.samples import NOW

POST = Post(CardKey.incident(1), "C1")
BOOM, FIXED = Message("boom"), Message("fixed", ({"type": "divider"},))


def mark_card_posted(tx: Tx, id: int) -> None:
    (card,) = cards.get(tx, [id])
    cards.save_delivery(tx, card, mark_posted(mark_sending(card, NOW), "C1", f"{id}.0", NOW))


def texts(tx: Tx, *ids: int) -> list[str]:
    return [card.message.text for card in cards.get(tx, ids)]


def test_new_posts_become_cards_in_their_order(any_store: Store) -> None:
    posts = {-1: POST, -2: Post(CardKey.incident(2), "C1"), -3: Post(CardKey.incident(1), "C2")}
    messages = {id: Message(f"card {id}") for id in posts}
    with any_store.transaction() as tx:
        ids = notifications.insert_posts(tx, posts, messages, NOW)
        assert texts(tx, *ids.values()) == ["card -1", "card -2", "card -3"]
        assert len({card.nonce for card in cards.get(tx, list(ids.values()))}) == 3


def test_a_post_with_a_known_key_shows_the_new_message(any_store: Store) -> None:
    with any_store.transaction() as tx:
        (first,) = notifications.insert_posts(tx, {-1: POST}, {-1: BOOM}, NOW).values()
        (again,) = notifications.insert_posts(tx, {-9: POST}, {-9: FIXED}, NOW).values()
        assert (again, texts(tx, first)) == (first, ["fixed"])
        notifications.insert_posts(tx, {-9: POST}, {-9: Message("")}, NOW)
        assert texts(tx, first) == ["fixed"], "an empty message keeps it"


def test_an_equal_message_is_no_new_version(any_store: Store) -> None:
    with any_store.transaction() as tx:
        (id,) = notifications.insert_posts(tx, {-1: POST}, {-1: BOOM}, NOW).values()
        versions = []
        for message in (BOOM, FIXED, FIXED, Message("fixed")):
            cards.set_contents(tx, {id: message})
            versions += [card.version for card in cards.get(tx, [id])]
        assert [version - versions[0] for version in versions] == [0, 1, 1, 2]


def test_status_has_the_unposted_replies_of_a_card(any_store: Store) -> None:
    with any_store.transaction() as tx:
        (id,) = notifications.insert_posts(tx, {-1: POST}, {-1: BOOM}, NOW).values()
        assert notifications.card_statuses(tx, [id])[id].is_unposted
        mark_card_posted(tx, id)
        replies = {
            -1: Post(CardKey.incident_reply(CardKind.ESCALATION, 1, NOW), "C1", parent=id),
            -2: Post(CardKey.incident_reply(CardKind.RECOVERY, 1, None), "C1", parent=id),
            -3: Post(CardKey.ack_check("UTA", NOW, NOW), "C1", parent=id),
        }
        ids = notifications.insert_posts(tx, replies, dict.fromkeys(replies, BOOM), NOW)
        mark_card_posted(tx, ids[-2])
        status = notifications.card_statuses(tx, [id, 999])
    assert list(status) == [id]
    assert (status[id].is_visible, status[id].is_unposted, status[id].channel) == (
        True,
        False,
        "C1",
    )
    assert status[id].replies == (UnpostedReply(ids[-1], CardKind.ESCALATION),)
