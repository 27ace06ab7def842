/** Ctrl-C and SIGTERM: the first asks the program to finish what it does, the second ends it at once. */
#ifndef DN_CLI_INTERRUPT_H
#define DN_CLI_INTERRUPT_H

/** Begin to watch for both signals. */
void cli_interrupt_watch(void);

/** The signal that came, or 0. */
int cli_interrupt_signal(void);

#endif
