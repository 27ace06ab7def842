#include "export/net.h"

#include "core/fail.h"
#include "io/file.h"
#include "io/sha256.h"

#include <string.h>

dn_status dn_export_check_net(const dn_classifier *classifier, dn_error *error)
{
    if (!classifier->model)
        return dn_fail(error, DN_ERR_FORMAT, "export a net, say of digitnet train --arch linear",
                       "mean images are no net");
    const size_t outputs = dn_model_width(classifier->model, dn_model_layers(classifier->model));
    const size_t classes = classifier->classes.count;
    if (outputs == classes || (outputs == 1 && classes == 2))
        return DN_OK;
    return dn_fail(error, DN_ERR_SHAPE, "give one output a class, or one for two classes",
                   "%zu outputs for %zu classes", outputs, classes);
}

const char *dn_export_metadata(const dn_archive *archive, const char *key)
{
    return archive ? dn_archive_metadata(archive, key) : NULL;
}

bool dn_export_take_weight(dn_text *text, dn_model *model, size_t layer, dn_tensor *weight)
{
    if (text->status == DN_OK)
        text->status = dn_model_weight(model, layer, weight, text->error);
    return text->status == DN_OK;
}

float dn_export_weight(const dn_tensor *weight, size_t row, size_t column)
{
    return weight->data[(ptrdiff_t)row * weight->stride[0] + (ptrdiff_t)column * weight->stride[1]];
}

/** What stands before a seal's name, between the name and the sum, and behind the sum. */
static const struct {
    const char *before;
    const char *between;
    const char *behind;
} forms[] = {
    [DN_SEAL_C] = {"/* ", " ", " */\n"},
    [DN_SEAL_HTML] = {"<!-- ", " ", " -->\n"},
    [DN_SEAL_ONNX] = {"\x72\x53\x0a\x0f", "\x12\x40", ""}, /* a message of 83 bytes: strings of 15 and 64 */
};

void dn_seal_put(dn_text *text, dn_seal form)
{
    char hex[DN_SHA256_TEXT_SIZE];
    dn_text_string(text, forms[form].before);
    dn_sha256_sum(text->data, text->size, hex);
    dn_text_string(text, DN_SEAL_NAME);
    dn_text_string(text, forms[form].between);
    dn_text_string(text, hex);
    dn_text_string(text, forms[form].behind);
}

/** Take a string off the end of the bytes; false where they end in another. */
static bool take_end(const uint8_t *bytes, size_t *size, const char *string)
{
    const size_t length = strlen(string);
    if (*size < length || memcmp(bytes + *size - length, string, length) != 0)
        return false;
    *size -= length;
    return true;
}

static bool is_sealed(const dn_bytes *file, dn_seal form)
{
    char found[DN_SHA256_TEXT_SIZE] = {0};
    char hex[DN_SHA256_TEXT_SIZE];
    size_t size = file->size;
    if (!take_end(file->data, &size, forms[form].behind) || size < sizeof found - 1)
        return false;
    size -= sizeof found - 1;
    memcpy(found, file->data + size, sizeof found - 1);
    if (!take_end(file->data, &size, forms[form].between) || !take_end(file->data, &size, DN_SEAL_NAME))
        return false;
    dn_sha256_sum(file->data, size, hex);
    return strcmp(found, hex) == 0 && take_end(file->data, &size, forms[form].before);
}

dn_status dn_seal_check(const char *path, dn_error *error)
{
    dn_bytes file;
    DN_TRY(dn_file_read(path, SIZE_MAX, &file, error));
    const bool sealed =
        is_sealed(&file, DN_SEAL_C) || is_sealed(&file, DN_SEAL_HTML) || is_sealed(&file, DN_SEAL_ONNX);
    dn_bytes_free(&file);
    if (sealed)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_FORMAT, path, "give another file", "digitnet export did not write it");
}
