/** IDX, plain and gzip: what is taken can be written and read again, and is the same. */
#include "io/idx.h"
#include "support/fuzz.h"

#include "digitnet/io.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_idx first;
    dn_idx second;
    const dn_status status = dn_idx_read(fuzz_file(data, size), 0, &first, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status != DN_OK)
        return 0;
    fuzz_require(dn_idx_write(fuzz_output(), &first, &error) == DN_OK);
    fuzz_require(dn_idx_read(fuzz_output(), first.rank, &second, &error) == DN_OK);
    fuzz_require(first.rank == second.rank && first.count == second.count);
    fuzz_require(memcmp(first.data, second.data, first.count) == 0);
    dn_idx_free(&first);
    dn_idx_free(&second);
    return 0;
}
