from ui.language import first
from ui.threads import current, fresh, keep, mine


def test_a_thread_belongs_to_the_user_who_began_it() -> None:
    thread = fresh("ann")
    assert mine(thread, "ann")
    assert not mine(thread, "mei")
    assert len(thread) <= 64


def test_a_browser_cannot_open_another_users_thread() -> None:
    theirs = fresh("ann")
    assert current({"mei": theirs}, "mei") != theirs
    assert mine(current({"mei": theirs}, "mei"), "mei")


def test_the_browser_keeps_the_thread_of_each_user() -> None:
    thread = fresh("ann")
    kept = keep({"mei": fresh("mei")}, "ann", thread)
    assert current(kept, "ann") == thread
    assert set(kept) == {"ann", "mei"}


def test_nonsense_in_the_browser_begins_a_new_thread() -> None:
    for kept in (None, [], {"ann": 7}, {"ann": "../x"}, {"ann": ""}):
        assert mine(current(kept, "ann"), "ann")


def test_the_language_is_the_first_of_ours_that_the_browser_names() -> None:
    assert first("zh-CN,zh;q=0.9,en;q=0.8") == "zh"
    assert first("fr-FR,fr;q=0.9,zh-TW;q=0.8") == "zh"
    assert first("en-GB,zh") == "en"
    assert first("") == "en"
