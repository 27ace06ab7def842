#include "support.h"

#include "cli/interrupt.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
#define WATCHED (sizeof watched / sizeof watched[0])
#define NOT_REMEMBERED 2

/** How a child ends that was started with this action for all signals, watches, and then gets two of them: its exit code, or
    minus the signal that killed it. */
static int outcome_from(void (*start)(int), int first, int second)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        for (size_t i = 0; i < WATCHED; i++)
            signal(watched[i], start);
        cli_interrupt_watch();
        if (cli_interrupt_signal() != 0)
            _exit(1);
        raise(first);
        if (cli_interrupt_signal() != first)
            _exit(NOT_REMEMBERED);
        if (second != 0)
            raise(second);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int outcome(int first, int second)
{
    return outcome_from(SIG_DFL, first, second);
}

static void the_first_signal_is_remembered(void **state)
{
    (void)state;
    for (size_t i = 0; i < WATCHED; i++)
        assert_int_equal(outcome(watched[i], 0), 0);
}

static void a_signal_that_was_ignored_from_the_start_stays_ignored(void **state)
{
    (void)state;
    for (size_t i = 0; i < WATCHED; i++)
        assert_int_equal(outcome_from(SIG_IGN, watched[i], watched[i]), NOT_REMEMBERED);
}

#ifndef DN_PLATFORM_ISO
static void the_second_signal_ends_the_program_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < WATCHED; i++) {
        assert_int_equal(outcome(watched[i], SIGINT), 130);
        assert_int_equal(outcome(watched[i], SIGTERM), 143);
    }
}

static void a_second_hangup_does_not_keep_the_program_from_saving(void **state)
{
    (void)state;
    for (size_t i = 0; i < WATCHED; i++)
        assert_int_equal(outcome(watched[i], SIGHUP), 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_signal_is_remembered),
        cmocka_unit_test(a_signal_that_was_ignored_from_the_start_stays_ignored),
#ifndef DN_PLATFORM_ISO
        cmocka_unit_test(the_second_signal_ends_the_program_at_once),
        cmocka_unit_test(a_second_hangup_does_not_keep_the_program_from_saving),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
