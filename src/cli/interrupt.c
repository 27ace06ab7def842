#include "cli/interrupt.h"

#include "cli/say.h"
#include "core/platform.h"

#include <signal.h>

/** A global, because a signal handler can reach nothing else. */
static volatile sig_atomic_t received;

static void on_signal(int number)
{
    if (received == 0)
        received = number;
    else if (!dn_platform_is_hangup(number)) /* a terminal that closes sends SIGHUP more than once */
        dn_platform_quit(CLI_EXIT_SIGNAL + number);
}

void cli_interrupt_watch(void)
{
    (void)dn_platform_on_interrupt(on_signal); /* where it is refused, a signal ends the program as usual */
}

int cli_interrupt_signal(void)
{
    return (int)received;
}

int cli_interrupt_exit(int exit_code)
{
    return exit_code == CLI_EXIT_DONE && received != 0 ? CLI_EXIT_SIGNAL + (int)received : exit_code;
}
