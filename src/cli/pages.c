/** digitnet_pages FOLDER: writes the manual pages and the completions of the shells, from the tables. The build runs it. */
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 4096

/** Create a file of the folder, named by the format. Ends the program where that fails. */
static FILE *create(const char *folder, const char *before, const char *name, const char *after)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s%s%s", folder, before, name, after);
    FILE *file = fopen(path, "wb");
    if (file)
        return file;
    perror(path);
    exit(EXIT_FAILURE);
}

static void finish(FILE *file)
{
    const bool failed = ferror(file) != 0;
    if (fclose(file) == 0 && !failed)
        return;
    perror("a page is not complete");
    exit(EXIT_FAILURE);
}

/** Put text, with a prefix before each character that the syntax would take for its own. */
static void put_escaped(FILE *file, const char *text, const char *special, const char *prefix)
{
    for (; *text != '\0'; text++) {
        if (strchr(special, *text))
            fputs(prefix, file);
        putc(*text, file);
    }
}

/* ---- Manual pages: man(7) ---- */

static void put_man(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == '\\')
            fputs(*text == '-' ? "\\-" : "\\e", file);
        else
            putc(*text, file);
    }
}

static void put_man_line(FILE *file, const char *text)
{
    if (text[0] == '.' || text[0] == '\'')
        fputs("\\&", file);
    put_man(file, text);
    putc('\n', file);
}

static void put_man_head(FILE *file, const char *name, const char *summary)
{
    fprintf(file, ".TH \"");
    for (const char *place = name; *place != '\0'; place++)
        putc(*place >= 'a' && *place <= 'z' ? *place - 'a' + 'A' : *place, file);
    fprintf(file, "\" 1 \"\" \"digitnet %s\" \"User Commands\"\n.SH NAME\n", dn_version());
    put_man(file, name);
    fputs(" \\- ", file);
    put_man_line(file, summary);
}

static void put_man_term(FILE *file, const char *term, const char *text, const char *value)
{
    fputs(".TP\n.B ", file);
    put_man_line(file, term);
    put_man(file, text);
    if (value[0] != '\0') {
        fputs(" [", file);
        put_man(file, value);
        putc(']', file);
    }
    putc('\n', file);
}

static void put_man_options(FILE *file, cli_command_id id)
{
    cli_row rows[CLI_MAX_ROWS];
    const size_t count = cli_rows(id, rows);
    fputs(".SH OPTIONS\n", file);
    for (size_t i = 0; i < count; i++) {
        char term[CLI_TERM_SIZE];
        char value[DN_OPTION_TEXT_SIZE];
        const dn_option_group group = rows[i].option->group;
        if (i == 0 || group != rows[i - 1].option->group)
            fprintf(file, ".SS %s\n", cli_group_names[group]);
        put_man_term(file, cli_option_term(rows[i].option, term), rows[i].option->help,
                     cli_default_text(&rows[i], value));
    }
    put_man_term(file, "--help", "print a summary of the options and end", "");
}

static void put_man_presets(FILE *file)
{
    fputs(".SH PRESETS\n", file);
    for (size_t i = 0; dn_preset_names[i]; i++) {
        const char *text = dn_preset_text(dn_preset_names[i]);
        put_man_term(file, dn_preset_names[i], text[0] != '\0' ? text : "the defaults", "");
    }
}

static void put_man_exit(FILE *file)
{
    fputs(".SH EXIT STATUS\n", file);
    for (size_t i = 0; i < CLI_EXIT_MEANINGS; i++)
        put_man_term(file, cli_exit_meanings[i].code, cli_exit_meanings[i].meaning, "");
}

static void write_command_page(const char *folder, cli_command_id id)
{
    const cli_command *command = &cli_commands[id];
    char name[CLI_TERM_SIZE];
    snprintf(name, sizeof name, "digitnet-%s", command->name);
    FILE *file = create(folder, "", name, ".1");
    put_man_head(file, name, command->summary);
    fputs(".SH SYNOPSIS\n.B digitnet ", file);
    put_man_line(file, command->name);
    fputs("[\\fIOPTION\\fR]...\n", file);
    if (command->operands)
        fprintf(file, "\\fI%s\\fR\n", command->operands);
    fputs(".SH DESCRIPTION\n", file);
    put_man_line(file, command->description);
    put_man_options(file, id);
    if (id == CLI_TRAIN)
        put_man_presets(file);
    put_man_exit(file);
    fputs(".SH SEE ALSO\n.BR digitnet (1)\n", file);
    finish(file);
}

static void write_program_page(const char *folder)
{
    FILE *file = create(folder, "", "digitnet", ".1");
    put_man_head(file, "digitnet", "train classifiers of handwritten digits, and read digits");
    fputs(".SH SYNOPSIS\n.B digitnet\n\\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.SH COMMANDS\n",
          file);
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++)
        put_man_term(file, cli_commands[id].name, cli_commands[id].summary, "");
    fputs(".SH ENVIRONMENT\n", file);
    put_man_term(file, "DIGITNET_DATA", "folder of the IDX files, where --data names none", "");
    fputs(".SH FILES\n", file);
    put_man_term(file, "digitnet.safetensors",
                 "the model that train saves, and that other commands read, where none is named", "");
    put_man_term(file, "data/mnist",
                 "folder of the IDX files, where neither --data nor DIGITNET_DATA names one", "");
    put_man_exit(file);
    fputs(".SH SEE ALSO\n", file);
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++)
        fprintf(file, ".BR digitnet\\-%s (1)%s\n", cli_commands[id].name, id + 1 < CLI_COMMANDS ? "," : "");
    finish(file);
}

/* ---- Completions ---- */

/** Does the option's value name a folder, or a file? */
static bool names_folder(const dn_option *option)
{
    return option->value && strcmp(option->value, "DIR") == 0;
}

/** Does the option's value name a file or folder, or is it another text? */
static bool is_text(const dn_option *option)
{
    return option->kind == DN_OPTION_TEXT || option->kind == DN_OPTION_TEXTS;
}

static const char *const yes_no[] = {"yes", "no", NULL};

/** The words that an option takes, or NULL. */
static const char *const *choices_of(const dn_option *option)
{
    return option->kind == DN_OPTION_YES_NO ? yes_no : option->choices;
}

static void put_choices(FILE *file, const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++)
        fprintf(file, "%s%s", i == 0 ? "" : " ", choices[i]);
}

static void put_commands(FILE *file)
{
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++)
        fprintf(file, "%s ", cli_commands[id].name);
    fputs("help --help --version", file);
}

static void write_bash(const char *folder)
{
    FILE *file = create(folder, "", "digitnet", ".bash");
    fputs("# bash completion for digitnet\n_digitnet() {\n"
          "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
          "  if ((COMP_CWORD == 1)); then\n    words='",
          file);
    put_commands(file);
    fputs("'\n  else\n    case \"${COMP_WORDS[1]} $before\" in\n", file);
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++) {
        cli_row rows[CLI_MAX_ROWS];
        const size_t count = cli_rows(id, rows);
        for (size_t i = 0; i < count; i++) {
            const dn_option *option = rows[i].option;
            if (choices_of(option)) {
                fprintf(file, "    '%s --%s') words='", cli_commands[id].name, option->name);
                put_choices(file, choices_of(option));
                fputs("' ;;\n", file);
            } else if (option->value) {
                fprintf(file, "    '%s --%s') %s ;;\n", cli_commands[id].name, option->name,
                        names_folder(option) ? "mapfile -t COMPREPLY < <(compgen -d -- \"$word\"); return"
                                             : "return");
            }
        }
        fprintf(file, "    '%s '*) [[ $word == -* ]] && words='", cli_commands[id].name);
        for (size_t i = 0; i < count; i++)
            fprintf(file, "--%s ", rows[i].option->name);
        fputs("--help' ;;\n", file);
    }
    fputs("    esac\n  fi\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\n"
          "complete -o default -F _digitnet digitnet\n",
          file);
    finish(file);
}

static void put_zsh_option(FILE *file, const dn_option *option)
{
    fprintf(file, "      '--%s%s[", option->name, option->value ? "=" : "");
    for (const char *place = option->help; *place != '\0'; place++) {
        if (strchr("[]:\\", *place))
            putc('\\', file);
        if (*place == '\'')
            fputs("'\\'", file);
        putc(*place, file);
    }
    putc(']', file);
    if (option->value)
        fprintf(file, ":%s:", option->value);
    if (choices_of(option)) {
        putc('(', file);
        put_choices(file, choices_of(option));
        putc(')', file);
    } else if (is_text(option)) {
        fputs(names_folder(option) ? "_files -/" : "_files", file);
    }
    fputs("' \\\n", file);
}

static void write_zsh(const char *folder)
{
    FILE *file = create(folder, "_", "digitnet", "");
    fputs("#compdef digitnet\n_digitnet() {\n  local -a commands=(\n", file);
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++)
        fprintf(file, "    '%s:%s'\n", cli_commands[id].name, cli_commands[id].summary);
    fputs("  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
          "  shift words\n  ((CURRENT--))\n  case $words[1] in\n",
          file);
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++) {
        cli_row rows[CLI_MAX_ROWS];
        const size_t count = cli_rows(id, rows);
        fprintf(file, "  %s)\n    _arguments \\\n", cli_commands[id].name);
        for (size_t i = 0; i < count; i++)
            put_zsh_option(file, rows[i].option);
        fprintf(file, "      '--help[print a summary of the options and end]'%s\n    ;;\n",
                cli_commands[id].operands ? " \\\n      '*:file:_files'" : "");
    }
    fputs("  esac\n}\n_digitnet \"$@\"\n", file);
    finish(file);
}

static void write_fish(const char *folder)
{
    FILE *file = create(folder, "", "digitnet", ".fish");
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++) {
        cli_row rows[CLI_MAX_ROWS];
        const size_t count = cli_rows(id, rows);
        fprintf(file, "complete -c digitnet -n __fish_use_subcommand -f -a %s -d '%s'\n",
                cli_commands[id].name, cli_commands[id].summary);
        for (size_t i = 0; i < count; i++) {
            const dn_option *option = rows[i].option;
            const bool is_file = is_text(option);
            fprintf(file, "complete -c digitnet -n '__fish_seen_subcommand_from %s' -l %s%s",
                    cli_commands[id].name, option->name,
                    !option->value ? ""
                    : is_file      ? " -r"
                                   : " -x");
            if (choices_of(option)) {
                fputs(" -a '", file);
                put_choices(file, choices_of(option));
                putc('\'', file);
            }
            fputs(" -d '", file);
            put_escaped(file, option->help, "'\\", "\\");
            fputs("'\n", file);
        }
        fprintf(file,
                "complete -c digitnet -n '__fish_seen_subcommand_from %s' -l help -d 'print a summary of the "
                "options and end'\n",
                cli_commands[id].name);
    }
    finish(file);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("Usage: digitnet_pages FOLDER\n", stderr);
        return EXIT_FAILURE;
    }
    write_program_page(argv[1]);
    for (cli_command_id id = 0; id < CLI_COMMANDS; id++)
        write_command_page(argv[1], id);
    write_bash(argv[1]);
    write_zsh(argv[1]);
    write_fish(argv[1]);
    return EXIT_SUCCESS;
}
