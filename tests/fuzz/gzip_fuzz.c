/** gzip and deflate: whatever the bytes, nothing beyond the output is written, and a look ahead sees what unpacking gives. */
#include "io/gzip.h"
#include "io/inflate.h"
#include "support/fuzz.h"

#include <stdlib.h>
#include <string.h>

#define MOST ((size_t)1 << 17)
#define HEAD 16

/** Unpack into a block of just that size. Hands back the block, or NULL where that is refused. */
static uint8_t *unpack(const uint8_t *data, size_t size, size_t capacity, size_t *written)
{
    dn_error error;
    uint8_t *out = malloc(capacity != 0 ? capacity : 1);
    fuzz_require(out);
    const dn_status status = dn_gzip_unpack(data, size, out, capacity, written, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK)
        return out;
    free(out);
    return NULL;
}

static void compare_head(const uint8_t *data, size_t size, const uint8_t *out, size_t written)
{
    dn_error error;
    uint8_t head[HEAD];
    size_t seen;
    fuzz_require(dn_gzip_peek(data, size, head, sizeof head, &seen, &error) == DN_OK);
    fuzz_require(seen == (written < HEAD ? written : HEAD));
    fuzz_require(memcmp(head, out, seen) == 0);
}

/** With room for just what there is the result is the same; with a byte less it is refused. */
static void compare_exact(const uint8_t *data, size_t size, const uint8_t *out, size_t written)
{
    size_t again;
    uint8_t *exact = unpack(data, size, written, &again);
    fuzz_require(exact && again == written && memcmp(exact, out, written) == 0);
    free(exact);
    if (written != 0)
        fuzz_require(!unpack(data, size, written - 1, &again));
}

/** Zeros behind it change nothing. */
static void compare_padded(const uint8_t *data, size_t size, const uint8_t *out, size_t written)
{
    enum { ZEROS = 3 };
    size_t again;
    uint8_t *padded = calloc(size + ZEROS, 1);
    if (!padded)
        abort();
    memcpy(padded, data, size);
    uint8_t *same = unpack(padded, size + ZEROS, written, &again);
    fuzz_require(same && again == written && memcmp(same, out, written) == 0);
    free(padded);
    free(same);
}

static void inflate_bare(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_inflated inflated;
    uint8_t *out = malloc(MOST / 16);
    fuzz_require(out);
    if (dn_inflate(data, size, 0, out, MOST / 16, &inflated, &error) == DN_OK)
        fuzz_require(inflated.end <= size && inflated.written <= MOST / 16);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t written;
    inflate_bare(data, size);
    uint8_t *out = unpack(data, size, MOST, &written);
    if (!out)
        return 0;
    compare_head(data, size, out, written);
    compare_exact(data, size, out, written);
    compare_padded(data, size, out, written);
    free(out);
    return 0;
}
