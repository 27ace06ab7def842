#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#define LINE_WIDTH 79
#define OPTION_WIDTH 20
#define HELP_SIZE 1024

/** Print text at an indentation, broken at blanks; the cursor stands at column. */
static void print_wrapped(const char *text, size_t column, size_t indent)
{
    while (*text != '\0') {
        const size_t word = strcspn(text, " ");
        if (column != indent && column + 1 + word > LINE_WIDTH) {
            printf("\n%*s", (int)indent, "");
            column = indent;
        } else if (column != indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)word, text);
        column += word;
        text += word + strspn(text + word, " ");
    }
    putchar('\n');
}

/** Print a term and its text beside it. */
static void print_term(const char *term, const char *text)
{
    const size_t indent = OPTION_WIDTH + 4;
    size_t column = (size_t)printf("  %s", term);
    if (column + 1 < indent) {
        printf("%*s", (int)(indent - column), "");
        column = indent;
    }
    print_wrapped(text, column, indent);
}

char *cli_option_term(const dn_option *option, char text[CLI_TERM_SIZE])
{
    snprintf(text, CLI_TERM_SIZE, "--%s%s%s", option->name, option->value ? " " : "",
             option->value ? option->value : "");
    return text;
}

char *cli_default_text(const cli_row *row, char text[DN_OPTION_TEXT_SIZE])
{
    const cli_options defaults = cli_options_default();
    const char *object = (const char *)&defaults + row->base;
    uint64_t count = row->option->minimum;
    if (row->option->kind == DN_OPTION_COUNT)
        memcpy(&count, object + row->option->offset, sizeof count);
    if (count < row->option->minimum) /* it stands for none, or for a choice of the program */
        text[0] = '\0';
    else
        dn_option_text(row->option, object, text);
    return text;
}

static void print_option(const cli_row *row)
{
    char term[CLI_TERM_SIZE];
    char value[DN_OPTION_TEXT_SIZE];
    char help[HELP_SIZE];
    cli_default_text(row, value);
    snprintf(help, sizeof help, value[0] != '\0' ? "%s [%s]" : "%s", row->option->help, value);
    print_term(cli_option_term(row->option, term), help);
}

static void print_presets(void)
{
    printf("\nPresets:\n");
    for (size_t i = 0; dn_preset_names[i]; i++) {
        const char *text = dn_preset_text(dn_preset_names[i]);
        print_term(dn_preset_names[i], text[0] != '\0' ? text : "the defaults above");
    }
}

void cli_print_help(cli_command_id id)
{
    const cli_command *command = &cli_commands[id];
    cli_row rows[CLI_MAX_ROWS];
    const size_t count = cli_rows(id, rows);
    printf("Usage: digitnet %s [OPTION]...%s%s\n\n", command->name, command->operands ? " " : "",
           command->operands ? command->operands : "");
    print_wrapped(command->description, 0, 0);
    printf("\nOptions, [with their defaults]:\n");
    for (size_t i = 0; i < count; i++) {
        const dn_option_group group = rows[i].option->group;
        if (i == 0 || group != rows[i - 1].option->group)
            printf("\n%s:\n", cli_group_names[group]);
        print_option(&rows[i]);
    }
    if (count == 0 || rows[count - 1].option->group != DN_GROUP_OUTPUT)
        printf("\n%s:\n", cli_group_names[DN_GROUP_OUTPUT]);
    print_term("--help", "print this and end");
    if (id == CLI_TRAIN)
        print_presets();
}
