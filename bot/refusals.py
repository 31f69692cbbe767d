"""Refusals: the error codes of Slack's Web API, classified by what helps.

The codes are those that Slack documents for chat.postMessage, chat.update, chat.postEphemeral,
chat.delete, conversations.open, conversations.history, conversations.replies, views.open and
views.update, and a few undocumented ones. A code that isn't here is RETRY, because a new code
must not make a failure final.

https://docs.slack.dev/reference/methods
"""

from enum import StrEnum


class Refusal(StrEnum):
    """A class of error codes, by what has to happen before a retry succeeds."""

    RETRY = "retry"  # retry after a growing pause
    CONTENT = "content"  # send plain text, without blocks
    EDIT_LOST = "edit_lost"  # post a new message: Slack won't edit or delete this one again
    GONE = "gone"  # people deleted the message
    CHANNEL = "channel"  # use another channel, or wait until a person gives access to this one
    AUTH = "auth"  # wait until a person repairs the app's token or scopes
    OUTAGE = "outage"  # Slack failed; the call may have succeeded all the same


_CONTENT = """
attachment_payload_limit_exceeded invalid_attachments invalid_blocks invalid_blocks_format
markdown_text_conflict msg_blocks_too_long msg_too_long no_text too_many_attachments
too_many_contact_cards
"""
_EDIT_LOST = """
block_mismatch cant_delete_message cant_update_message compliance_exports_prevent_deletion
edit_window_closed is_inactive
"""
_MESSAGE_GONE = "message_not_found"
_CHANNEL = """
app_access_restricted cannot_dm_bot cannot_reply_to_message channel_is_limited_access
channel_not_found ekm_access_denied invalid_user_combination is_archived messages_tab_disabled
method_not_supported_for_channel_type no_permission not_in_channel posting_to_channel_denied
restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel
restricted_action_thread_locked restricted_action_thread_only_channel thread_not_found
user_disabled user_not_found user_not_in_channel user_not_visible
"""
_AUTH = """
access_denied accesslimited account_inactive enterprise_is_restricted invalid_auth is_bot
missing_scope not_allowed_token_type not_authed org_login_required team_access_not_granted
team_added_to_org token_expired token_revoked two_factor_setup_required
"""
_OUTAGE = "fatal_error internal_error request_timeout service_unavailable"
# Temporary by their wording, faults of the request that an update of the bot repairs, or about
# arguments that the bot doesn't send.
_RETRY = """
as_user_not_supported blocked_file_type cant_broadcast_message
deprecated_endpoint draft_already_deleted
draft_already_sent draft_has_conflict draft_not_found duplicate_channel_not_found
duplicate_external_id duplicate_message_not_found exchanged_trigger_id expired_trigger_id
external_channel_migrating file_deleted file_is_deleted file_not_found
file_share_limit_reached hash_conflict invalid_arg_name invalid_array_arg invalid_charset
invalid_cursor invalid_form_data invalid_metadata_filter_keys invalid_metadata_format
invalid_metadata_schema invalid_post_type invalid_trigger_id invalid_ts_latest
invalid_ts_oldest list_record_comment_fetch_failed max_file_sharing_exceeded
message_limit_exceeded metadata_must_be_sent_from_app metadata_too_large method_deprecated
missing_file_data missing_post_type no_dual_broadcast_content_update not_enough_users
not_found rate_limited ratelimited send_on_behalf_not_allowed
slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked
slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked
slack_connect_file_upload_sharing_blocked slack_connect_lists_sharing_blocked
streaming_state_conflict team_not_found too_many_users unable_to_share_files unknown_method
update_failed users_list_not_supplied view_too_large
"""
#: The class of every known code.
REFUSAL_BY_CODE = {
    code: refusal
    for refusal, codes in (
        (Refusal.RETRY, _RETRY),
        (Refusal.CONTENT, _CONTENT),
        (Refusal.EDIT_LOST, _EDIT_LOST),
        (Refusal.GONE, _MESSAGE_GONE),
        (Refusal.CHANNEL, _CHANNEL),
        (Refusal.AUTH, _AUTH),
        (Refusal.OUTAGE, _OUTAGE),
    )
    for code in codes.split()
}
_RESTRICTED = "restricted_action"


def classify_refusal(code: str) -> Refusal:
    """Return the class of *code*, RETRY if it is unknown.

    The two prefixes are families to which Slack adds codes.
    """
    if code not in REFUSAL_BY_CODE and code.startswith("invalid_blocks"):
        return Refusal.CONTENT
    if code not in REFUSAL_BY_CODE and code.startswith(_RESTRICTED):
        return Refusal.CHANNEL
    return REFUSAL_BY_CODE.get(code, Refusal.RETRY)


def is_answer(code: str) -> bool:
    """Return whether *code* is from Slack, and not from a proxy or a timeout."""
    return bool(code) and not code.startswith(UNREADABLE_PREFIX)


def is_exchange_over(code: str) -> bool:
    """Return whether *code* is an unreadable response after which no call is on its way.

    A gateway's timeout or error isn't one, because Slack may still be working on the call.
    """
    status = code.removeprefix(UNREADABLE_PREFIX)
    return not is_answer(code) and status.isdecimal() and int(status) < 500 and status != "408"


#: The prefix of our own codes for a response that isn't Slack's or is incomplete.
UNREADABLE_PREFIX = "http_"
