"""The faults that the bot has to survive, what must hold in each, and the tests that show it.

`make faults` runs them and prints this as a table; a fault whose tests are gone counts as broken.
"""

from dataclasses import dataclass

LOST = "nothing acknowledged is lost"
TWICE = "nothing is sent or done twice"
ENDS = "every delivery ends"
TOLD = "a human is told"
AGAIN = "answers again without help"
ANSWERED = "answered within 3 s"
SAID = "said in one sentence, nothing touched"

REST = "faults/test_connection_rest.py"
ANSWERS = "faults/test_connection_answers.py"
GATEWAY = "faults/test_connection_gateway.py"
PACE = "faults/test_connection_pace.py"
LIMITS = "faults/test_connection_limits.py"
START = "faults/test_connection_start.py"
STOP = "faults/test_connection_stop.py"
WHOLE = "faults/test_whole_bot.py"
FLOWS = "cogs/common/test_faults.py"
FAILURES = "cogs/admin/test_failures.py"
PASSING = "cogs/common/test_passing.py"
LOST_ANSWERS = "cogs/common/test_answers_lost.py"
AT_START = "faults/test_store_at_start.py"
SQLITE = "db/test_engine_sqlite.py"
FILES = "db/test_engine_files.py"
MIGRATIONS = "db/test_migrations.py"
BACKUP = "db/test_backup.py"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it strikes, its name, what must hold, and by which tests (file below tests/, names)."""

    where: str
    name: str
    rules: tuple[str, ...]
    shown_by: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def tests(self) -> list[str]:
        """Return the tests as pytest names them, without parameters."""
        return [f"tests/{file}::{name}" for file, names in self.shown_by for name in names]


ONCE = "test_an_announcement_that_meets_a_fault_arrives_exactly_once"
COMMAND = "test_a_command_whose_answer_meets_a_fault_is_done_once_and_answered_once"
OUTAGE = "test_an_outage_of_sending_longer_than_a_requests_patience_is_ridden_out"

WIRE = (
    Fault("wire", "429 of a route", (TWICE, ENDS), (
        (REST, ("test_a_429_is_waited_out", "test_one_blocked_channel_does_not_hold_up_another")),
        (LIMITS, ("test_a_full_channel_waits_and_its_answers_do_not",)),
        (FLOWS, (ONCE, COMMAND)),
    )),
    Fault("wire", "429 of everything, without Via, very long", (TWICE, AGAIN), (
        (PACE, ("test_a_global_429_pauses_everything_else",
                "test_the_global_limit_is_nearly_reached_and_not_passed")),
        (REST, ("test_a_429_is_waited_out", "test_a_429_longer_than_a_request_may_take_says_when")),
    )),
    Fault("wire", "500, 502 and 503", (LOST, TWICE), (
        (REST, ("test_a_message_arrives_once",)),
        (FLOWS, (ONCE, COMMAND, "test_a_change_of_the_card_that_meets_a_fault_is_made", OUTAGE)),
        (START, ("test_rest_down_at_the_start_is_waited_for",)),
    )),
    Fault("wire", "answer lost after the work was done", (LOST, TWICE), (
        (REST, ("test_work_done_and_answered_500_still_means_one_message",
                "test_a_deletion_whose_answer_was_lost_has_worked", "test_what_would_double_is_not_sent_again")),
        (ANSWERS, ("test_the_person_has_the_answer_and_the_bot_knows",
                   "test_the_message_of_an_answer_is_known_although_the_answer_to_it_was_lost")),
        (FLOWS, (ONCE, COMMAND, "test_a_button_whose_answer_meets_a_fault_is_counted_once_and_shown")),
    )),
    Fault("wire", "connection dropped at any byte", (LOST, TWICE), (
        (WHOLE, ("test_an_answer_cut_at_every_byte_means_one_message_each",)),
        (REST, ("test_an_answer_cut_at_any_byte_still_means_one_message", "test_files_are_sent_whole_again")),
        ("faults/test_http_parser.py", ("test_no_bytes_do_anything_but_be_read_or_refused",)),
    )),
    Fault("wire", "slow answers, answers that never come", (ANSWERED, ENDS), (
        (ANSWERS, ("test_an_answer_that_hangs_is_asked_about_within_the_three_seconds",)),
        (REST, ("test_an_answer_that_never_comes_ends", "test_every_request_ends")),
        (FLOWS, ("test_a_slow_channel_holds_up_nobody_elses_messages",)),
    )),
    Fault("wire", "a move while reminders are on their way", (LOST, TWICE, ENDS), (
        ("cogs/meetings/test_moving.py", (
            "test_a_move_is_acknowledged_once_old_reminders_under_way_have_arrived",
            "test_whatever_the_order_the_last_reminder_says_the_last_time")),
        ("faults/test_interleavings.py", (
            "test_a_reminder_shows_what_holds_after_a_change_wherever_it_was_then",
            "test_a_correction_that_a_second_move_overtakes_does_not_bring_the_first_ones_time",
            "test_whatever_the_order_the_old_time_is_never_sent_after_a_move_was_acknowledged")),
    )),
    Fault("wire", "a server not delivered, out of reach, wrongly said to be gone or gone unheard", (LOST, AGAIN), (
        ("cogs/common/test_absence.py", (
            "test_organisers_and_admins_work_on_in_a_server_that_is_not_known_yet",
            "test_a_call_for_help_waits_for_a_server_that_is_not_known_yet")),
        ("cogs/privacy/test_presence.py", (
            "test_a_server_that_invites_the_bot_again_while_it_is_down_keeps_everything",
            "test_a_server_that_is_wrongly_said_to_have_sent_the_bot_away_is_asked_about",
            "test_what_is_due_in_a_server_that_was_wrongly_disowned_goes_out_after_the_next_daily_look",
            "test_a_server_whose_goodbye_was_missed_is_noticed_the_next_day_and_goes_in_time",
            "test_a_served_server_about_which_all_answers_are_wrong_for_a_day_is_served_all_the_same")),
        ("cogs/privacy/test_presence_members.py", (
            "test_a_member_who_is_back_before_the_bot_is_keeps_everything",)),
        ("cogs/privacy/test_looking.py", (
            "test_more_servers_than_may_be_asked_about_at_once_are_all_looked_through",
            "test_a_look_that_discord_did_not_answer_is_repeated_after_minutes",
            "test_a_look_during_which_the_server_went_out_of_reach_is_not_enough")),
    )),
    Fault("wire", "gateway cut, resumable", (LOST, AGAIN), (
        (GATEWAY, ("test_a_disconnect_is_resumed_and_nothing_is_missed", "test_a_cut_connection_is_resumed",
                   "test_a_request_to_reconnect_is_followed",
                   "test_a_resume_waits_for_a_gateway_that_is_away")),
        (WHOLE, ("test_after_a_gateway_that_was_away_commands_are_answered_without_help",)),
    )),
    Fault("wire", "gateway session lost, invalid", (LOST, AGAIN), (
        (GATEWAY, ("test_a_lost_session_says_that_events_were_missed", "test_health_tells_of_a_lost_connection")),
    )),
    Fault("wire", "zombie: heartbeats unanswered", (LOST, AGAIN), (
        (GATEWAY, ("test_a_dead_connection_is_found_by_its_silence", "test_a_quiet_connection_is_left_alone")),
    )),
    Fault("wire", "events missed over a gap", (LOST, TWICE), (
        ("cogs/onboarding/test_onboarding.py", ("test_joins_lost_with_the_gateway_session_are_caught_up",
                                      "test_joins_while_the_bot_was_away_are_caught_up")),
    )),
    Fault("wire", "garbage from the gateway", (AGAIN,), (
        (GATEWAY, ("test_garbage_on_the_wire_is_a_reconnection",
                   "test_an_event_nobody_can_read_is_left_out")),
    )),
    Fault("wire", "Discord away at the start", (AGAIN, TOLD), (
        (START, ("test_rest_down_at_the_start_is_waited_for", "test_gateway_down_at_the_start_is_waited_for",
                 "test_nothing_listening_at_the_start_is_waited_for")),
        (WHOLE, ("test_commands_that_discord_does_not_take_are_registered_later",)),
    )),
    Fault("wire", "pages of proxies and of Cloudflare in Discord's place", (LOST, TWICE, AGAIN), (
        (REST, ("test_whatever_is_not_discords_own_passes",
                "test_what_headers_say_does_not_matter_when_it_is_nonsense")),
        (PASSING, ("test_an_announcement_and_a_private_word_outlive_a_passing_refusal",)),
    )),
    Fault("wire", "work done, answer lost or 5xx: threads, events, files, follow-ups", (LOST, TWICE), (
        (LOST_ANSWERS, ("test_a_working_group_has_one_thread", "test_a_meeting_is_one_event",
                        "test_an_export_comes_once_and_without_a_fault")),
        (REST, ("test_a_thread_is_not_begun_twice_whatever_came_in_place_of_the_answer",)),
        (ANSWERS, ("test_a_followup_comes_once_whatever_came_in_place_of_the_answer",
                   "test_a_second_answer_is_not_sent_again_when_it_may_have_come")),
    )),
    Fault("wire", "an answer to a person limited for longer than they wait", (LOST, SAID), (
        (LOST_ANSWERS, ("test_an_answer_that_is_limited_for_long_is_no_fault_of_ours",)),
    )),
    Fault("wire", "sizes of chunks and bodies that are none", (AGAIN,), (
        ("faults/test_http_parser.py", ("test_anything_else_is_said_to_be_unreadable",)),
    )),
    Fault("Discord", "refusals that pass: 40004, 40006, 40333, 10004, 130000, unknown codes", (LOST, ENDS, TOLD), (
        (PASSING, ("test_an_announcement_and_a_private_word_outlive_a_passing_refusal",
                   "test_at_the_end_the_organisers_read_what_discord_said",
                   "test_the_one_list_of_lasting_codes_holds_none_that_pass")),
        (LOST_ANSWERS, ("test_a_role_that_discord_does_not_give_now_is_not_said_to_be_forbidden",)),
        (REST, ("test_every_lasting_code_lasts_and_every_other_one_passes",)),
    )),
    Fault("Discord", "DMs opened too fast (40003)", (LOST, ENDS), (
        (PASSING, ("test_when_dms_are_opened_too_fast_everybody_hears_in_the_end_and_discord_is_left_in_peace",
                   "test_only_so_many_dms_are_asked_for_while_they_are_refused_for_hours")),
        ("domain/test_private_pace.py", ("test_then_they_go_one_by_one_and_sooner_with_each_that_works",)),
    )),
    Fault("Discord", "old messages changed too often (30046)", (LOST, ENDS), (
        (PASSING, ("test_old_messages_changed_too_often_hold_up_nothing_else_of_their_channel",)),
    )),
    Fault("Discord", "token refused for a while (401)", (LOST, AGAIN, SAID), (
        (PASSING, ("test_a_token_that_is_refused_for_a_while_halts_the_sender_and_is_said_once",)),
    )),
    Fault("Discord", "the same receiver out of reach for weeks", (TOLD,), (
        (FAILURES, ("test_the_notice_names_the_meeting_and_what_fails_again_is_told_together",
                    "test_another_cause_is_told_at_once")),
    )),
    Fault("Discord", "DMs closed", (ENDS, TOLD), (
        (FAILURES, (
            "test_closed_private_messages_fail_once_and_the_organisers_hear_of_it_without_names",
            "test_whoever_has_closed_private_messages_is_told_on_their_next_answer_until_they_open_them",
            "test_a_failure_is_listed_for_admins_and_sent_when_tried_again")),
    )),
    Fault("Discord", "channel deleted", (ENDS, TOLD), (
        (FAILURES, ("test_a_channel_deleted_before_a_reminder_is_asked_about_once_and_dms_go_out",
                    "test_an_organisers_channel_that_is_gone_has_the_admin_told_in_private")),
    )),
    Fault("Discord", "permission removed", (ENDS, TOLD), (
        (FAILURES, ("test_a_permission_taken_away_before_a_reminder_fails_it_and_a_retry_sends_it",)),
    )),
    Fault("Discord", "message deleted by hand", (ENDS, LOST), (
        (FAILURES, ("test_a_card_deleted_by_hand_fails_its_change_and_the_answer_still_counts",)),
    )),
    Fault("Discord", "bot kicked and invited again", (ENDS, TWICE, AGAIN), (
        (WHOLE, ("test_a_bot_kicked_out_ends_what_it_owes_and_works_again_when_it_is_invited",)),
    )),
    Fault("Discord", "role deleted", (ANSWERED, TOLD), (
        (WHOLE, ("test_a_deleted_role_gives_no_rights_and_the_check_says_so",)),
    )),
    Fault("Discord", "server unavailable for a while", (LOST, TWICE, AGAIN), (
        (WHOLE, ("test_a_server_that_is_unavailable_for_a_while_gets_everything_once_afterwards",)),
    )),
    Fault("Discord", "member gone", (ENDS, TOLD), (
        (FAILURES, ("test_a_member_who_left_fails_with_its_own_reason_and_nobody_else_is_held_up",)),
    )),
)  # fmt: skip

STORE = (
    Fault("store", "locked for 10 s", (ANSWERED, LOST, TWICE, AGAIN), (
        (WHOLE, ("test_a_store_that_is_locked_for_ten_seconds_refuses_in_time_and_loses_nothing",)),
        (SQLITE, ("test_a_lock_that_is_let_go_in_time_is_waited_for",
                  "test_a_lock_that_is_not_let_go_is_said_and_nothing_else_suffers")),
    )),
    Fault("store", "locked, away or not made yet at the start", (AGAIN, SAID), (
        (AT_START, ("test_a_file_that_another_program_holds_is_waited_for",
                    "test_a_server_that_is_not_there_yet_is_waited_for",
                    "test_a_database_that_is_not_made_yet_is_waited_for",
                    "test_a_stop_while_it_waits_for_the_store_is_a_clean_one",
                    "test_mistakes_in_the_settings_are_not_waited_for")),
        (LOST_ANSWERS, ("test_a_store_that_is_locked_is_one_line_for_each_press",)),
    )),
    Fault("store", "a second bot, by another name of the file", (TWICE, SAID), (
        (AT_START, ("test_a_second_bot_is_noticed_by_whatever_name_it_calls_the_file",)),
    )),
    Fault("store", "disk full", (LOST, SAID), (
        (SQLITE, ("test_a_full_disk_is_said_and_what_was_there_is_kept",)),
    )),
    Fault("store", "read-only", (SAID,), (
        (FILES, ("test_what_may_not_be_written_is_said_and_left_alone",)),
        ("db/test_engine_postgres.py", ("test_a_database_that_only_reads_is_explained",)),
    )),
    Fault("store", "corrupted page", (SAID, LOST), (
        (WHOLE, ("test_one_corrupted_page_is_found_and_the_last_copy_brings_it_back",)),
        (FILES, ("test_what_can_not_be_used_is_said_and_left_untouched",)),
        (BACKUP, ("test_a_damaged_database_can_be_replaced",)),
    )),
    Fault("store", "killed in the middle of a migration", (LOST,), (
        (MIGRATIONS, ("test_being_killed_in_the_middle_of_a_migration_leaves_the_old_version",
                      "test_a_migration_that_fails_leaves_the_old_version",
                      "test_two_that_upgrade_at_once_upgrade_once")),
    )),
    Fault("store", "restored copy older than Discord", (TWICE, ENDS, AGAIN), (
        (WHOLE, ("test_a_restored_copy_older_than_what_stands_in_discord",)),
    )),
    Fault("store", "numbers given after the copy that is restored, buttons of texts that are gone", (TWICE, SAID), (
        (BACKUP, ("test_numbers_given_after_a_backup_are_not_given_again_by_what_it_is_restored_over",)),
        ("db/test_releases.py", ("test_numbers_go_on_far_above_those_that_may_have_been_given",
                                 "test_every_table_that_gives_numbers_gives_each_once")),
        ("db/test_bound_buttons.py", ("test_yes_under_other_words_sends_nothing_in",)),
    )),
    Fault("store", "erased bytes: page slack, another reader, a restored copy", (LOST, AGAIN), (
        ("db/test_erased.py", ("test_two_hundred_erased_members_are_in_no_byte",
                               "test_while_another_program_reads_everything_is_deleted_and_the_traces_follow",
                               "test_what_a_restored_backup_brings_back_is_erased_again")),
    )),
    Fault("store", "kinds that only a newer version knows, a newer schema", (LOST, SAID), (
        ("db/test_newer.py", ("test_what_only_a_newer_process_knows_is_left_to_it_and_said_once",
                              "test_nothing_is_written_once_a_newer_process_has_upgraded_the_database",
                              "test_that_the_database_was_upgraded_is_noticed_by_itself")),
    )),
    Fault("store", "a long past: a million deliveries that are over", (ANSWERED,), (
        ("db/test_costs.py", ("test_no_verb_reads_through_what_grows", "test_no_verb_costs_more_where_more_is_over")),
        ("db/test_loop.py", ("test_no_read_holds_up_the_others",)),
    )),
    Fault("store", "connections to PostgreSQL cut", (LOST, AGAIN), (
        ("db/test_engine_postgres.py", ("test_connections_that_were_cut_are_made_anew",
                                        "test_a_connection_cut_in_the_middle_costs_nothing",
                                        "test_after_a_lost_connection_the_listener_looks_at_once_and_hears_again")),
    )),
)  # fmt: skip

PROCESS = (
    Fault("process", "settings and content as Windows editors save them", (SAID,), (
        ("test_settings.py", ("test_a_file_with_a_mark_and_other_line_ends_is_read",
                              "test_a_file_that_is_saved_otherwise_is_said_with_what_to_do")),
        ("test_content.py", ("test_content_as_windows_editors_save_it_is_read_as_it_is",)),
    )),
    Fault("process", "kill -9 while writing", (LOST,), (
        (FILES, ("test_what_was_acknowledged_survives_being_killed",)),
    )),
    Fault("process", "SIGTERM", (LOST, ANSWERED), (
        (STOP, ("test_a_signal_drains_closes_the_gateway_and_exits_0", "test_who_waits_for_an_answer_gets_it",
                "test_it_stops_within_ten_seconds_whatever_is_under_way",
                "test_it_stops_while_it_waits_for_discord",
                "test_who_comes_during_the_drain_is_served_then_told")),
    )),
    Fault("process", "clock stepped forward and back", (TWICE, LOST, ENDS), (
        (WHOLE, ("test_a_clock_that_is_stepped_back_and_forward_sends_nothing_twice_and_loses_nothing",)),
        ("faults/test_admission.py", ("test_a_clock_that_was_moved_is_noticed",
                                            "test_a_clock_that_differs_from_discords_is_not_lateness")),
    )),
    Fault("process", "3 days down", (ENDS, TWICE, AGAIN), (
        (WHOLE, ("test_three_days_without_the_bot_are_caught_up_in_order_and_bounded",)),
        ("cogs/meetings/test_reminders.py", ("test_after_a_long_outage_one_reminder_comes_in_place_of_three",
                                     "test_a_reminder_whose_meeting_has_begun_is_never_sent",
                                     "test_after_an_outage_nobody_is_written_to_in_their_quiet_hours")),
    )),
    Fault("process", "a year: moves, skips, closed DMs, 2 days down", (LOST, TWICE, ENDS, TOLD), (
        ("faults/test_year.py", ("test_a_year_of_a_region_keeps_every_rule",)),
    )),
    Fault("process", "random lives of a server: left, back, kicked, killed, wrong answers", (LOST, ENDS), (
        ("faults/test_lives.py", (
            "test_in_random_lives_nothing_present_is_erased_and_nothing_departed_is_kept",
            "test_lives_that_chance_seldom_tells",
            "test_in_random_lives_over_the_wire_with_kills_the_same_holds",
        )),
    )),
    Fault("process", "whoever left or came back, however it is heard of", (LOST, ENDS, TOLD), (
        ("cogs/common/test_readers_unknown.py", (
            "test_a_404_that_is_not_about_the_member_says_nothing_about_who_reads",
            "test_a_role_that_was_never_heard_of_keeps_a_note_waiting_until_it_is_known")),
        ("cogs/privacy/test_departures.py", ("test_where_the_installer_shares_no_server_the_log_says_so_a_week_before",
                                      "test_whatever_tells_of_it_all_that_follows_is_stored_with_it",
                                      "test_a_burst_of_a_thousand_leaves_nobody_counted_or_owed_anything",
                                      "test_where_who_heard_of_failures_left_the_owner_hears_of_them")),
        ("cogs/common/test_membership.py", (
            "test_whoever_left_unheard_is_not_written_to_and_while_nobody_can_say_it_waits",
            "test_whoever_is_there_is_asked_about_once_a_day_and_written_to")),
        ("test_absence_places.py", ("test_every_place_that_looks_for_what_may_be_absent_says_why_it_may",)),
    )),
    Fault("process", "a region's channel deleted, the bot up or down", (LOST, TWICE, TOLD), (
        ("cogs/meetings/test_channels.py", ("test_what_is_owed_to_a_deleted_channel_waits_and_one_question_is_asked",
                                    "test_a_channel_that_was_deleted_while_the_bot_was_away_is_found_out_once",
                                    "test_an_old_channel_that_is_deleted_later_gives_its_cards_to_the_new_one")),
    )),
    Fault("process", "a meeting changed again and again, a restart between", (TWICE, ENDS), (
        ("cogs/meetings/test_news.py", ("test_five_changes_in_two_minutes_are_one_notice",
                                "test_changes_survive_a_restart_and_come_once",
                                "test_a_change_that_is_undone_at_once_is_told_to_nobody")),
    )),
    Fault("process", "more work than can be answered", (ANSWERED,), (
        (ANSWERS, ("test_too_many_at_once_are_told_so_and_the_others_served",)),
        ("db/test_engine.py", ("test_more_than_can_be_answered_in_time_is_refused_at_once",)),
    )),
)  # fmt: skip

FAULTS = (*WIRE, *STORE, *PROCESS)
