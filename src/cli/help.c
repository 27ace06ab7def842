#include "cli/option.h"

#include <stdio.h>
#include <string.h>

#define LINE_WIDTH 79
#define OPTION_WIDTH 20
#define VALUE_TEXT_SIZE 512

/** Print text at an indentation, broken at spaces; the cursor stands at column. */
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

static void print_option(const cli_option *option)
{
    char value[VALUE_TEXT_SIZE];
    char help[2 * VALUE_TEXT_SIZE];
    cli_value_text(option, value, sizeof value);
    if (value[0] != '\0' && !option->hide_default)
        snprintf(help, sizeof help, "%s [%s]", option->help, value);
    else
        snprintf(help, sizeof help, "%s", option->help);
    const int width =
        printf("  %s%s%s", option->name, option->value ? " " : "", option->value ? option->value : "");
    const size_t indent = OPTION_WIDTH + 4;
    printf("%*s", width + 1 < (int)indent ? (int)indent - width : 1, "");
    print_wrapped(help, indent, indent);
}

void cli_print_help(const cli_usage *usage)
{
    printf("Usage: digitnet %s [OPTION]...%s%s\n\n", usage->command, usage->operands ? " " : "",
           usage->operands ? usage->operands : "");
    print_wrapped(usage->summary, 0, 0);
    printf("\nOptions, [with their defaults]:\n");
    for (size_t i = 0; i < usage->option_count; i++)
        print_option(&usage->options[i]);
    printf("  %-*s  print this and end\n", OPTION_WIDTH, "--help");
}
