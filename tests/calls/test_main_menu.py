"""The welcome and the main menu."""


def test_a_caller_who_presses_a_wrong_key_is_asked_again(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 8
        ivr:  not-understood
        ivr:  main-menu
        (hangs up)
    """)


def test_zero_leads_to_a_person_at_once(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        cut:  0
        ivr:  handover
        -> support: asked for a person
    """)


def test_a_key_stops_the_welcome_and_answers_the_menu_that_was_not_said_yet(call):
    call("""
        ivr:  welcome
        cut:  0
        ivr:  handover
        -> support: asked for a person
    """)


def test_star_repeats_the_menu_and_is_no_failure(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: *
        ivr:  main-menu
        keys: *
        ivr:  main-menu
        keys: *
        ivr:  main-menu
        keys: 0
        ivr:  handover
        -> support: asked for a person
    """)


def test_a_star_key_that_sticks_leads_to_a_person(call):
    call(
        "ivr: welcome\n" + "ivr: main-menu\nkeys: *\n" * 13 + "ivr: handover\n"
        "-> support: could not choose from a menu (main-menu)"
    )


def test_hash_goes_back_to_the_menu(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: #
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: #
        ivr:  main-menu
        (hangs up)
    """)


def test_nine_speaks_english_and_nine_again_russian(call):
    talk = call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 9
        ivr:  main-menu
        keys: 9
        ivr:  main-menu
        keys: 9
        ivr:  main-menu
        (hangs up)
    """)
    assert talk.call.language == "en"


def test_english_may_be_asked_for_by_voice(call):
    talk = call("""
        ivr:  welcome
        ivr:  main-menu/spoken
        says: английский
        ivr:  main-menu
        (hangs up)
    """)
    assert talk.call.language == "en"


def test_a_caller_without_keys_reaches_a_person(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        (silence)
        ivr:  not-heard
        ivr:  main-menu
        (silence)
        ivr:  not-heard
        ivr:  main-menu
        (silence)
        ivr:  handover
        -> support: could not choose from a menu (main-menu)
    """)
