#include "support.h"

#include "cli/interrupt.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/** How a child ends that watches, and then gets these signals: its exit code, or minus the signal that killed it. */
static int outcome(int first, int second)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        cli_interrupt_watch();
        if (cli_interrupt_signal() != 0)
            _exit(1);
        raise(first);
        if (cli_interrupt_signal() != first)
            _exit(2);
        if (second != 0)
            raise(second);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void the_first_signal_is_remembered(void **state)
{
    (void)state;
    assert_int_equal(outcome(SIGINT, 0), 0);
    assert_int_equal(outcome(SIGTERM, 0), 0);
}

#ifndef DN_PLATFORM_ISO
static void the_second_signal_ends_the_program_at_once(void **state)
{
    (void)state;
    assert_int_equal(outcome(SIGINT, SIGINT), 130);
    assert_int_equal(outcome(SIGTERM, SIGTERM), 143);
    assert_int_equal(outcome(SIGINT, SIGTERM), 143);
    assert_int_equal(outcome(SIGTERM, SIGINT), 130);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_signal_is_remembered),
#ifndef DN_PLATFORM_ISO
        cmocka_unit_test(the_second_signal_ends_the_program_at_once),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
