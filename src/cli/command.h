/** The commands: each takes the arguments after its name and hands back the exit code. */
#ifndef DN_CLI_COMMAND_H
#define DN_CLI_COMMAND_H

#include <stddef.h>

int cli_train(size_t argument_count, char **arguments);
int cli_lr_find(size_t argument_count, char **arguments);
int cli_evaluate(size_t argument_count, char **arguments);
int cli_predict(size_t argument_count, char **arguments);
int cli_info(size_t argument_count, char **arguments);
int cli_show(size_t argument_count, char **arguments);
int cli_verify(size_t argument_count, char **arguments);

#endif
