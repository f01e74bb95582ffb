"""Which tests hold what README, docs/privacy.md and the words of the consents claim, paragraph by paragraph."""

from tests.claims import Claim

PRIVACY: tuple[Claim, ...] = (
    Claim(
        "What iso-bot stores",
        4,
        ("tests/db/test_privacy.py::test_the_page_for_the_data_protection_officer_names_every_table",),
    ),
    Claim("- **Controller:**", 3, why="what the union decides"),
    Claim("- **Special category.**", 9, why="the law, and advice on it"),
    Claim(
        "- **The least.**",
        2,
        (
            "tests/db/test_people.py::test_who_chose_nothing_is_not_stored",
            "tests/test_documented_privacy.py::test_the_bot_asks_discord_for_no_contents_and_for_the_permissions_that_the_pages_name",
            "tests/cogs/guidance/test_care.py::test_nothing_of_it_is_logged_or_counted_by_person",
            "tests/cogs/common/test_typed.py::test_what_comes_back_is_its_writers_alone_and_kept_for_an_hour",
            "tests/cogs/guidance/test_help_arrives.py::test_a_note_that_no_admin_opens_is_told_of_before_it_goes",
        ),
    ),
    Claim("- **No profiling", 1, why="what the program does not have: no code does it"),
    Claim(
        "- **Each server apart.**",
        2,
        (
            "tests/cogs/common/test_audiences.py::test_in_one_server_nothing_of_another_is_touched_or_told",
            "tests/db/test_privacy.py::test_an_export_for_one_server_has_nothing_of_another",
        ),
    ),
    Claim(
        "*Erase* is what",
        3,
        (
            "tests/db/test_privacy.py::test_after_an_erasure_nothing_leads_to_the_member_and_the_others_keep_theirs",
            "tests/db/test_privacy.py::test_what_is_the_networks_stays_under_a_number_that_leads_nowhere",
        ),
    ),
    Claim(
        "The other tables",
        5,
        (
            "tests/db/test_privacy.py::test_every_column_that_names_a_member_is_in_the_registry_and_nothing_else_is",
            "tests/db/test_privacy.py::test_the_page_for_the_data_protection_officer_names_every_table",
            "tests/db/test_limits.py::test_every_limit_ends_says_when_and_is_not_reset_by_an_erasure",
            "tests/cogs/interests/test_interests.py::test_nobody_is_asked_twice_not_even_after_an_erasure",
        ),
    ),
    Claim(
        "| to be informed",
        3,
        (
            "tests/cogs/interests/test_interests.py::test_the_form_comes_after_consent_and_both_are_kept",
            "tests/cogs/privacy/test_privacy.py::test_what_is_kept_is_shown_with_why_and_until_when_to_its_owner_alone",
        ),
    ),
    Claim(
        "| access, portability",
        5,
        (
            "tests/cogs/privacy/test_privacy.py::test_an_export_is_two_files_with_all_of_it_and_nobody_else",
            "tests/db/test_privacy.py::test_an_export_has_no_word_that_somebody_else_wrote",
            "tests/db/test_privacy.py::test_an_export_of_what_two_have_in_common_leaves_the_other_out",
        ),
    ),
    Claim(
        "| rectification",
        1,
        (
            "tests/cogs/common/test_audiences.py",
            "tests/cogs/common/test_typed.py::test_the_most_that_a_form_takes_is_done_or_refused_whole",
        ),
    ),
    Claim(
        "| erasure (Art. 17)",
        2,
        (
            "tests/cogs/privacy/test_privacy.py::test_after_erasing_nothing_is_left_and_nothing_more_comes",
            "tests/cogs/privacy/test_privacy.py::test_the_question_can_be_answered_with_no_and_after_a_restart",
        ),
    ),
    Claim(
        "| withdrawing consent",
        1,
        (
            "tests/cogs/interests/test_interests.py::test_clearing_takes_interests_and_consent_back",
            "tests/db/test_privacy.py::test_consent_is_kept_with_its_words_and_time_and_new_words_are_agreed_to_anew",
        ),
    ),
    Claim(
        "| objection",
        1,
        (
            "tests/cogs/interests/test_interests.py::test_whoever_wants_no_direct_messages_gets_none",
            "tests/cogs/events/test_events.py::test_who_wants_no_messages_gets_none_and_closed_ones_are_told",
        ),
    ),
    Claim(
        "| somebody who has left",
        3,
        (
            "tests/cogs/privacy/test_former.py::test_somebody_who_left_gets_their_own_copy_in_a_direct_message",
            "tests/cogs/privacy/test_former.py::test_an_admin_is_shown_nothing_of_somebody_who_left",
            "tests/cogs/privacy/test_former.py::test_nobody_sees_or_deletes_the_data_of_a_member",
            "tests/cogs/privacy/test_former.py::test_an_admin_deletes_for_somebody_who_left",
        ),
    ),
    Claim(
        "- Every row in which",
        2,
        (
            "tests/db/test_privacy.py::test_after_an_erasure_nothing_leads_to_the_member_and_the_others_keep_theirs",
            "tests/db/test_privacy.py::test_an_id_inside_a_longer_number_is_not_that_member",
        ),
    ),
    Claim(
        "- SQLite: deleted rows",
        11,
        (
            "tests/db/test_postgres_round_trips.py::test_an_answer_to_a_meeting_takes_two_round_trips",
            "tests/db/test_erased.py::test_two_hundred_erased_members_are_in_no_byte",
            "tests/db/test_erased.py::test_a_large_file_is_written_anew_when_it_is_quiet_or_has_waited_a_day",
            "tests/db/test_erased.py::test_while_another_program_reads_everything_is_deleted_and_the_traces_follow",
            "tests/test_documented_privacy.py::test_numbers_of_the_page_are_those_of_the_program",
        ),
    ),
    Claim(
        "- A note in which somebody",
        2,
        (
            "tests/cogs/guidance/test_help_arrives.py::test_who_is_accused_can_neither_read_nor_blank_a_note_that_waits",
        ),
    ),
    Claim(
        "- Whoever is erased, and",
        5,
        (
            "tests/db/test_erased.py::test_what_a_restored_backup_brings_back_is_erased_again",
            "tests/db/test_erased.py::test_the_key_of_the_list_is_in_no_backup_but_goes_along_to_another_database",
        ),
    ),
    Claim(
        "- **Not covered:**",
        10,
        (
            "tests/db/test_erased.py::test_what_a_restored_backup_brings_back_is_erased_again",
            "tests/cogs/privacy/test_privacy.py::test_whoever_hosted_a_meeting_is_no_longer_named_on_its_card",
            "tests/test_documented_privacy.py::test_numbers_of_the_page_are_those_of_the_program",
        ),
    ),
    Claim(
        "**A member who leaves.**",
        8,
        (
            "tests/cogs/privacy/test_departures.py::test_whatever_tells_of_it_all_that_follows_is_stored_with_it",
            "tests/cogs/privacy/test_leaving.py::test_jobs_of_who_has_left_are_the_organisers",
            "tests/cogs/privacy/test_departures.py::test_where_who_heard_of_failures_left_the_owner_hears_of_them",
            "tests/cogs/privacy/test_presence_members.py::test_a_member_is_erased_on_nothing_but_an_answer_about_them",
            "tests/cogs/privacy/test_former.py::test_of_whoever_left_nothing_it_is_not_noted_that_they_left",
        ),
    ),
    Claim(
        "**Coming back**",
        5,
        (
            "tests/cogs/privacy/test_former.py::test_coming_back_stops_the_clock",
            "tests/cogs/privacy/test_leaving.py::test_who_comes_back_is_reminded_of_what_they_answered",
            "tests/cogs/privacy/test_presence_members.py::test_whoever_does_something_in_the_server_is_there",
        ),
    ),
    Claim(
        "**While the bot was away**",
        7,
        (
            "tests/cogs/privacy/test_presence_members.py::test_whoever_left_while_the_bot_was_away_is_known_to_have_left_at_its_start",
            "tests/cogs/privacy/test_presence_members.py::test_whoever_leaves_or_returns_in_an_outage_is_found_after_it",
            "tests/cogs/privacy/test_leaving.py::test_who_has_left_is_sent_nothing_more_and_their_reminders_come_back_with_them",
        ),
    ),
    Claim(
        "**A server that removes",
        10,
        (
            "tests/cogs/privacy/test_presence.py::test_a_server_that_is_really_left_goes_in_time_and_its_installer_hears_of_it_a_week_before",
            "tests/cogs/privacy/test_presence.py::test_one_wrong_answer_alone_means_nothing",
            "tests/cogs/privacy/test_presence.py::test_a_list_that_can_not_be_had_erases_nothing",
            "tests/cogs/privacy/test_presence.py::test_a_server_whose_goodbye_was_missed_is_noticed_the_next_day_and_goes_in_time",
        ),
    ),
    Claim(
        "A sweep at 03:30",
        1,
        (
            "tests/cogs/privacy/test_former.py::test_a_sweep_that_fell_due_while_the_bot_was_away_is_made_up_for",
            "tests/test_documented_privacy.py::test_numbers_of_the_page_are_those_of_the_program",
        ),
    ),
    Claim(
        "What may tell somebody's",
        10,
        (
            "tests/domain/test_counting.py::test_each_change_that_the_attacker_sees_has_five_others_in_it",
            "tests/domain/test_counting.py::test_no_subtraction_of_parts_totals_and_days_leaves_fewer_than_five_others",
            "tests/domain/test_counting.py::test_the_erased_leave_with_six_others_only",
            "tests/cogs/campaigns/test_campaigns_deeds.py::test_a_second_snapshot_on_one_day_changes_nothing",
            "tests/cogs/privacy/test_attacker.py::test_whoever_looks_before_and_after_each_act_of_others_tells_nobody_apart",
        ),
    ),
    Claim(
        "Whoever is named on the map",
        3,
        (
            "tests/cogs/interests/test_interests_map.py::test_whoever_is_named_on_the_map_is_in_no_number",
            "tests/cogs/interests/test_interests.py::test_whether_there_is_anybody_to_ask_looks_the_same_to_the_end",
            "tests/cogs/interests/test_interests_map.py::test_whoever_agreed_to_the_old_words_is_asked_once_and_counts_when_they_agree",
        ),
    ),
    Claim(
        "Not counted like this",
        4,
        (
            "tests/cogs/meetings/test_polls.py::test_it_can_be_closed_early_go_on_and_be_taken_back",
            "tests/cogs/privacy/test_count_boundaries.py::test_attendance_shows_five_and_what_is_fewer_takes_the_smallest_other_with_it",
            "tests/cogs/meetings/test_suggest.py::test_nothing_but_six_peoples_new_answers_moves_it_no_erasure_either",
            "tests/domain/test_fairness.py::test_each_change_of_what_is_suggested_has_five_others_new_answers_in_it",
        ),
    ),
    Claim("| Discord (Discord", 3, why="what Discord says of itself"),
    Claim("| whoever runs", 2, why="what the union decides"),
    Claim("| whoever keeps", 0, why="what the union decides"),
    Claim(
        "The bot sends data",
        2,
        why="what the program does not have: it opens connections to Discord and its own database alone",
    ),
    Claim(
        "The database file is",
        8,
        (
            "tests/db/test_engine_files.py",
            "tests/db/test_backup.py::test_a_backup_has_a_name_of_its_own_and_is_its_owners_alone",
            "tests/test_logged.py::test_tokens_and_passwords_are_hidden_in_the_log",
            "tests/test_logged.py::test_discords_numbers_are_codes_that_differ_at_each_start",
            "tests/cogs/common/test_free_text.py",
            "tests/cogs/common/test_rights.py::test_each_command_is_for_whom_it_is_for",
            "tests/cogs/common/test_audiences.py",
        ),
    ),
    Claim("1. Name the", 2, why="what the reader does"),
    Claim("2. Decide the", 2, why="what the reader does"),
    Claim("3. Make the", 2, why="what the reader does"),
    Claim("4. Tell", 3, why="what the reader does"),
)
README: tuple[Claim, ...] = (
    Claim("A Discord bot for networks", 4, why="what it is for; the promises below say how it is held"),
    Claim("![The demo", 1, ("tests/cogs/common/test_browser.py",)),
    Claim("You need git", 1, why="what the reader does; `make fresh` does it on a machine with nothing else"),
    Claim("git clone", 0, why="what the reader does; `make fresh` does it on a machine with nothing else"),
    Claim(
        "Your browser opens",
        5,
        ("tests/cogs/common/test_browser.py", "tests/cogs/common/test_first_minute.py"),
    ),
    Claim("| what a locked phone", 0, why="the heads of the two pictures below"),
    Claim(
        "| <img",
        1,
        (
            "tests/cogs/common/test_lock_screen.py",
            "tests/cogs/guidance/test_care_browser.py::test_the_card_fits_a_phone",
        ),
    ),
    Claim(
        "[docs/install.md](docs/install.md) starts",
        3,
        why="a link; what that page says was tried stands in it",
    ),
    Claim(
        "make setup .venv",
        0,
        (
            "tests/test_init.py",
            "tests/cogs/setup/test_check.py::test_a_deployment_that_is_well_passes_while_its_bot_runs",
            "tests/cogs/setup/test_check.py::test_settings_that_can_not_be_are_named",
        ),
    ),
    Claim(
        "Then type `/setup start`",
        2,
        (
            "tests/cogs/setup/test_setup.py",
            "tests/test_settings.py::test_without_any_file_the_defaults_hold",
            "tests/test_settings.py::test_the_example_can_be_used_as_it_is",
        ),
    ),
    Claim(
        "- **What it confirms",
        1,
        ("tests/faults/test_kills.py::test_twenty_kills_lose_nothing_and_double_nothing",),
    ),
    Claim(
        "- **A crash at any line",
        2,
        (
            "tests/faults/test_kills.py::test_twenty_kills_lose_nothing_and_double_nothing",
            "tests/faults/test_registry.py::test_every_fault_has_a_rule_and_a_test",
            "tests/test_claims.py::test_the_figures_of_the_readme_are_those_of_the_proof",
        ),
    ),
    Claim(
        "- **Everything it sends",
        3,
        (
            "tests/faults/test_year.py::test_a_year_of_a_region_keeps_every_rule",
            "tests/faults/test_kills.py::test_twenty_kills_lose_nothing_and_double_nothing",
            "tests/test_claims.py::test_the_figures_of_the_readme_are_those_of_the_proof",
        ),
    ),
    Claim(
        "- **Words become",
        1,
        (
            "tests/domain/when",
            "tests/domain/test_local_time.py::test_a_wall_time_means_its_instant_across_the_clock_changes",
            "tests/cogs/meetings/test_series.py::test_a_series_keeps_its_wall_time_across_the_clock_change",
        ),
    ),
    Claim(
        "- **Somebody in danger",
        2,
        (
            "tests/cogs/guidance/test_care.py::test_a_question_that_is_a_call_for_help_is_answered_with_people_alone",
            "tests/cogs/guidance/test_care.py::test_nothing_is_suggested_to_somebody_in_need",
            "tests/cogs/guidance/test_care.py::test_nothing_of_it_is_logged_or_counted_by_person",
            "tests/cogs/guidance/test_care.py::test_the_card_comes_beside_a_refusal_too",
        ),
    ),
    Claim(
        "- **Nobody is exposed",
        4,
        (
            "tests/cogs/privacy/test_disclosure.py::test_admins_see_that_an_introduction_was_sent_and_not_to_whom",
            "tests/cogs/common/test_lock_screen.py::test_a_locked_phone_shows_nothing_that_tells_of_anybody",
            "tests/db/test_privacy.py::test_after_an_erasure_nothing_leads_to_the_member_and_the_others_keep_theirs",
            "tests/db/test_erased.py::test_two_hundred_erased_members_are_in_no_byte",
            "tests/domain/test_counting.py::test_each_change_that_the_attacker_sees_has_five_others_in_it",
        ),
    ),
    Claim(
        "These figures are",
        2,
        (
            "tests/test_claims.py::test_the_figures_of_the_readme_are_those_of_the_proof",
            "tests/sandbox/test_two_phones.py",
        ),
    ),
    Claim("| who | pages", 0, why="the head of a table of links"),
    Claim("| members and", 0, why="links"),
    Claim("| who runs", 0, why="links"),
    Claim("| a data", 0, why="links"),
    Claim("| who changes", 0, why="links"),
    Claim("MIT licence", 1, why="the licence"),
)
CONSENTS: tuple[Claim, ...] = (
    Claim("comms.ask.wording", 3, ("tests/cogs/comms/test_comms_desk.py",)),
    Claim(
        "events.going.wording",
        3,
        (
            "tests/cogs/events/test_events.py::test_those_of_a_region_who_agree_hear_of_each_other_and_nobody_else_does",
            "tests/cogs/events/test_events.py::test_the_button_in_the_message_takes_consent_back_after_a_restart",
        ),
    ),
    Claim(
        "interests.consent.wording",
        4,
        (
            "tests/cogs/interests/test_interests.py::test_interests_are_nobody_elses_and_each_servers_own",
            "tests/domain/test_counting.py::test_each_change_that_the_attacker_sees_has_five_others_in_it",
            "tests/cogs/interests/test_interests.py::test_clearing_takes_interests_and_consent_back",
        ),
    ),
    Claim(
        "interests.allow.introductions.wording",
        2,
        ("tests/cogs/interests/test_interests.py::test_neither_sees_the_other_before_both_say_yes",),
    ),
    Claim(
        "interests.allow.map.wording",
        2,
        (
            "tests/cogs/interests/test_interests_map.py::test_a_name_stands_only_beside_the_interests_that_were_shown",
            "tests/cogs/interests/test_interests_map.py::test_names_stand_on_the_map_by_consent_alone",
        ),
    ),
)
