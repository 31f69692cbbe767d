"""The error codes that Slack documents for the Web API methods through which we deliver.

Taken from slack-ruby/slack-api-ref, which reads Slack's method pages every day, as of 2026-08-20.
"""

_DOCUMENTED = {
    "chat.postMessage": """
        access_denied accesslimited account_inactive app_access_restricted as_user_not_supported
        attachment_payload_limit_exceeded cannot_reply_to_message channel_not_found
        deprecated_endpoint draft_already_deleted draft_already_sent draft_has_conflict
        draft_not_found duplicate_channel_not_found duplicate_message_not_found
        ekm_access_denied enterprise_is_restricted fatal_error invalid_arg_name
        invalid_array_arg invalid_blocks invalid_blocks_format invalid_charset invalid_form_data
        invalid_metadata_format invalid_metadata_schema invalid_post_type is_archived is_bot
        markdown_text_conflict message_limit_exceeded messages_tab_disabled
        metadata_must_be_sent_from_app metadata_too_large method_deprecated missing_file_data
        missing_post_type missing_scope msg_blocks_too_long no_permission no_text
        not_allowed_token_type not_authed not_in_channel org_login_required rate_limited
        ratelimited request_timeout restricted_action restricted_action_non_threadable_channel
        restricted_action_read_only_channel restricted_action_thread_locked
        restricted_action_thread_only_channel send_on_behalf_not_allowed service_unavailable
        slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
        slack_connect_lists_sharing_blocked team_added_to_org team_not_found token_expired
        token_revoked too_many_attachments too_many_contact_cards two_factor_setup_required
        unknown_method
    """,
    "chat.update": """
        access_denied accesslimited account_inactive as_user_not_supported block_mismatch
        blocked_file_type cant_broadcast_message cant_update_message channel_not_found
        deprecated_endpoint edit_window_closed ekm_access_denied enterprise_is_restricted
        external_channel_migrating fatal_error file_deleted file_is_deleted file_not_found
        file_share_limit_reached invalid_arg_name invalid_array_arg invalid_attachments
        invalid_blocks invalid_blocks_format invalid_charset invalid_form_data
        invalid_metadata_format invalid_metadata_schema invalid_post_type is_bot is_inactive
        markdown_text_conflict max_file_sharing_exceeded message_limit_exceeded
        message_not_found metadata_must_be_sent_from_app metadata_too_large method_deprecated
        missing_post_type missing_scope msg_too_long no_dual_broadcast_content_update
        no_permission no_text not_allowed_token_type not_authed org_login_required
        posting_to_channel_denied ratelimited request_timeout service_unavailable
        slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked
        slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked
        slack_connect_file_upload_sharing_blocked streaming_state_conflict team_added_to_org
        team_not_found token_expired token_revoked too_many_attachments
        two_factor_setup_required unable_to_share_files unknown_method update_failed
    """,
    "chat.postEphemeral": """
        access_denied accesslimited account_inactive cannot_reply_to_message channel_not_found
        deprecated_endpoint ekm_access_denied enterprise_is_restricted fatal_error
        invalid_arg_name invalid_array_arg invalid_attachments invalid_blocks
        invalid_blocks_format invalid_charset invalid_form_data invalid_post_type is_archived
        is_bot markdown_text_conflict message_limit_exceeded messages_tab_disabled
        method_deprecated missing_post_type missing_scope msg_too_long no_permission no_text
        not_allowed_token_type not_authed not_in_channel org_login_required ratelimited
        request_timeout restricted_action service_unavailable team_added_to_org token_expired
        token_revoked too_many_attachments two_factor_setup_required unknown_method
        user_not_in_channel
    """,
    "chat.delete": """
        access_denied accesslimited account_inactive cant_delete_message channel_not_found
        deprecated_endpoint ekm_access_denied enterprise_is_restricted fatal_error
        invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type
        is_bot message_not_found method_deprecated missing_post_type missing_scope no_permission
        not_allowed_token_type not_authed org_login_required ratelimited request_timeout
        service_unavailable team_added_to_org token_expired token_revoked
        two_factor_setup_required unknown_method
    """,
    "conversations.open": """
        access_denied accesslimited account_inactive channel_not_found deprecated_endpoint
        ekm_access_denied enterprise_is_restricted fatal_error invalid_arg_name
        invalid_array_arg invalid_charset invalid_form_data invalid_post_type
        invalid_user_combination is_bot method_deprecated method_not_supported_for_channel_type
        missing_post_type missing_scope no_permission not_allowed_token_type not_authed
        not_enough_users org_login_required ratelimited request_timeout service_unavailable
        team_added_to_org token_expired token_revoked too_many_users two_factor_setup_required
        unknown_method user_disabled user_not_found user_not_visible users_list_not_supplied
    """,
    "conversations.history": """
        access_denied accesslimited account_inactive channel_is_limited_access channel_not_found
        deprecated_endpoint ekm_access_denied enterprise_is_restricted fatal_error
        invalid_arg_name invalid_array_arg invalid_charset invalid_cursor invalid_form_data
        invalid_metadata_filter_keys invalid_post_type invalid_ts_latest invalid_ts_oldest
        is_bot method_deprecated missing_post_type missing_scope no_permission
        not_allowed_token_type not_authed not_in_channel org_login_required ratelimited
        request_timeout service_unavailable team_added_to_org token_expired token_revoked
        two_factor_setup_required unknown_method
    """,
    "conversations.replies": """
        access_denied accesslimited account_inactive channel_not_found deprecated_endpoint
        ekm_access_denied enterprise_is_restricted fatal_error invalid_arg_name
        invalid_array_arg invalid_charset invalid_cursor invalid_form_data
        invalid_metadata_filter_keys invalid_post_type invalid_ts_latest invalid_ts_oldest
        is_bot list_record_comment_fetch_failed method_deprecated
        method_not_supported_for_channel_type missing_post_type missing_scope no_permission
        not_allowed_token_type not_authed org_login_required ratelimited request_timeout
        service_unavailable team_added_to_org thread_not_found token_expired token_revoked
        two_factor_setup_required unknown_method
    """,
    "views.open": """
        access_denied accesslimited account_inactive deprecated_endpoint duplicate_external_id
        ekm_access_denied enterprise_is_restricted exchanged_trigger_id expired_trigger_id
        fatal_error invalid_arg_name invalid_array_arg invalid_charset invalid_form_data
        invalid_post_type invalid_trigger_id is_bot method_deprecated missing_post_type
        missing_scope no_permission not_allowed_token_type not_authed org_login_required
        ratelimited request_timeout service_unavailable team_added_to_org token_expired
        token_revoked two_factor_setup_required unknown_method view_too_large
    """,
    "views.update": """
        access_denied accesslimited account_inactive deprecated_endpoint duplicate_external_id
        ekm_access_denied enterprise_is_restricted fatal_error hash_conflict invalid_arg_name
        invalid_array_arg invalid_charset invalid_form_data invalid_post_type is_bot
        method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type
        not_authed not_found org_login_required ratelimited request_timeout service_unavailable
        team_added_to_org token_expired token_revoked two_factor_setup_required unknown_method
        view_too_large
    """,
}

#: By method.
CODES = {method: codes.split() for method, codes in _DOCUMENTED.items()}
#: The errors of a response URL, which Slack lists in no table.
RESPONSE_URL = ["expired_url", "used_url", "no_service", "invalid_payload", "no_text"]
