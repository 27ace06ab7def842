/** JSON: walk through whatever there is; a string that is taken is UTF-8, and comes back when it is written and read again. */
#include "core/fail.h"
#include "core/memory.h"
#include "io/json.h"
#include "support/fuzz.h"

#include <string.h>

static dn_status walk(dn_json *json, dn_error *error);

static uint8_t next_character(const dn_json *json)
{
    size_t at = json->at;
    while (at < json->size && strchr(" \t\n\r", json->text[at]) && json->text[at] != '\0')
        at++;
    return at < json->size ? json->text[at] : 0;
}

static void write_and_read(const char *string)
{
    dn_error error;
    dn_json_text text = {0};
    char *again;
    fuzz_require(dn_utf8_valid(string));
    fuzz_require(dn_json_put_string(&text, string, &error) == DN_OK);
    dn_json json = dn_json_begin(text.data, text.length);
    fuzz_require(dn_json_string(&json, &again, &error) == DN_OK);
    fuzz_require(dn_json_end(&json, &error) == DN_OK);
    fuzz_require(strcmp(string, again) == 0);
    dn_release(again);
    dn_json_text_free(&text);
}

static dn_status walk_string(dn_json *json, bool is_key, dn_error *error)
{
    char *string;
    DN_TRY(is_key ? dn_json_key(json, &string, error) : dn_json_string(json, &string, error));
    write_and_read(string);
    dn_release(string);
    return DN_OK;
}

static dn_status walk_inside(dn_json *json, char bracket, dn_error *error)
{
    bool more;
    DN_TRY(dn_json_enter(json, bracket, error));
    for (;;) {
        DN_TRY(dn_json_next(json, &more, error));
        if (!more)
            return DN_OK;
        if (bracket == '{')
            DN_TRY(walk_string(json, true, error));
        DN_TRY(walk(json, error));
    }
}

static dn_status walk(dn_json *json, dn_error *error)
{
    const uint8_t next = next_character(json);
    uint64_t number;
    if (next == '{' || next == '[')
        return walk_inside(json, (char)next, error);
    if (next == '"')
        return walk_string(json, false, error);
    return dn_json_unsigned(json, &number, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_json json = dn_json_begin(data, size);
    dn_status status = walk(&json, &error);
    if (status == DN_OK)
        status = dn_json_end(&json, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    fuzz_require(json.at <= size);
    return 0;
}
