#include "core/fail.h"

#include "digitnet/core.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char ellipsis[] = "...";

static void cut_end(char *text, size_t size)
{
    memcpy(text + size - sizeof ellipsis, ellipsis, sizeof ellipsis);
}

static void copy_text(char *target, size_t size, const char *text)
{
    if ((size_t)snprintf(target, size, "%s", text) >= size)
        cut_end(target, size);
}

DN_PRINTF(4, 0)
static void record(dn_error *error, dn_status status, const char *remedy, const char *problem,
                   va_list arguments)
{
    if (!error)
        return;
    error->status = status;
    error->subject[0] = '\0';
    copy_text(error->remedy, sizeof error->remedy, remedy ? remedy : "");
    const int length = vsnprintf(error->problem, sizeof error->problem, problem, arguments);
    if (length < 0)
        copy_text(error->problem, sizeof error->problem, problem);
    else if ((size_t)length >= sizeof error->problem)
        cut_end(error->problem, sizeof error->problem);
}

dn_status dn_fail(dn_error *error, dn_status status, const char *remedy, const char *problem, ...)
{
    va_list arguments;
    va_start(arguments, problem);
    record(error, status, remedy, problem, arguments);
    va_end(arguments);
    return status;
}

dn_status dn_fail_at(dn_error *error, dn_status status, const char *subject, const char *remedy,
                     const char *problem, ...)
{
    va_list arguments;
    va_start(arguments, problem);
    record(error, status, remedy, problem, arguments);
    va_end(arguments);
    return dn_fail_in(error, status, subject);
}

dn_status dn_fail_in(dn_error *error, dn_status status, const char *subject)
{
    if (status == DN_OK || !error || error->subject[0] != '\0')
        return status;
    const size_t length = strlen(subject);
    const size_t room = sizeof error->subject - 1;
    if (length <= room) {
        memcpy(error->subject, subject, length + 1);
    } else {
        const size_t kept = room - strlen(ellipsis);
        memcpy(error->subject, ellipsis, strlen(ellipsis));
        memcpy(error->subject + strlen(ellipsis), subject + length - kept, kept + 1);
    }
    return status;
}

dn_status dn_fail_expected(dn_error *error, const char *remedy, const char *where, size_t at, int found,
                           const char *expected)
{
    char text[sizeof "byte 0x00"] = "the end";
    if (found >= ' ' && found <= '~')
        (void)snprintf(text, sizeof text, "'%c'", found);
    else if (found >= 0)
        (void)snprintf(text, sizeof text, "byte 0x%02x", (unsigned)found & UINT8_MAX);
    return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu%s: %s expected, %s found", at, where, expected,
                   text);
}

dn_status dn_choose(const char *const *choices, const char *name, const char *what, size_t *place,
                    dn_error *error)
{
    char remedy[2 * DN_ERROR_TEXT_SIZE] = "give one of";
    size_t length = strlen(remedy);
    for (size_t i = 0; choices[i]; i++) {
        if (strcmp(choices[i], name) == 0) {
            *place = i;
            return DN_OK;
        }
    }
    for (size_t i = 0; choices[i] && length < sizeof remedy; i++)
        length +=
            (size_t)snprintf(remedy + length, sizeof remedy - length, "%s %s", i == 0 ? "" : ",", choices[i]);
    return dn_fail(error, DN_ERR_ARGUMENT, remedy, "there is no %s%s\"%s\"", what, what[0] ? " " : "", name);
}
