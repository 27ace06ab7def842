/** safetensors: what is taken holds finite numbers, and comes back the same when it is written and read again. */
#include "io/archive.h"
#include "support/fuzz.h"

#include "digitnet/io.h"

#include <math.h>
#include <string.h>

static void require_same(const dn_archive *first, const dn_archive *second)
{
    fuzz_require(first->tensor_count == second->tensor_count);
    fuzz_require(first->metadata_count == second->metadata_count);
    for (size_t i = 0; i < first->tensor_count; i++) {
        const dn_tensor *tensor = &first->tensors[i].tensor;
        const dn_tensor *other = dn_archive_tensor(second, first->tensors[i].name);
        fuzz_require(other && dn_shape_equal(tensor->shape, other->shape));
        const size_t count = dn_tensor_count(tensor);
        for (size_t place = 0; place < count; place++)
            fuzz_require(isfinite(tensor->data[place]));
        fuzz_require(count == 0 || memcmp(tensor->data, other->data, count * sizeof(float)) == 0);
    }
    for (size_t i = 0; i < first->metadata_count; i++) {
        const char *value = dn_archive_metadata(second, first->metadata[i].key);
        fuzz_require(value && strcmp(value, first->metadata[i].value) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_archive first;
    dn_archive second;
    const dn_status status = dn_archive_read(fuzz_file(data, size), &first, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status != DN_OK)
        return 0;
    fuzz_require(dn_archive_write(fuzz_output(), &first, &error) == DN_OK);
    fuzz_require(dn_archive_read(fuzz_output(), &second, &error) == DN_OK);
    require_same(&first, &second);
    dn_archive_free(&first);
    dn_archive_free(&second);
    return 0;
}
