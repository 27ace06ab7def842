/**
 * Ctrl-C (SIGINT), SIGTERM and SIGHUP: the first asks the program to finish what it does; a second, unless it is
 * SIGHUP, ends it at once. A signal that was ignored when the program started stays ignored.
 */
#ifndef DN_CLI_INTERRUPT_H
#define DN_CLI_INTERRUPT_H

/** Begin to watch for the signals. */
void cli_interrupt_watch(void);

/** The signal that came, or 0. */
int cli_interrupt_signal(void);

/** The exit code of a run that a signal may have ended: CLI_EXIT_SIGNAL and its number, where nothing else failed. */
int cli_interrupt_exit(int exit_code);

#endif
