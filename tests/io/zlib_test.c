#include "support.h"

#include "io/zlib.h"

#include <stdlib.h>
#include <string.h>

static dn_error error;

/** A stream that gives `count` bytes of 0 to 250 in turn, in stored blocks; the caller frees. Its end is 4 bytes of Adler-32. */
static uint8_t *make_stream(size_t count, size_t *size)
{
    enum { MOST = 60000 };
    uint8_t *stream = malloc(count + count / MOST * 5 + 16);
    uint32_t sum = 1;
    uint32_t sum_of_sums = 0;
    assert_non_null(stream);
    memcpy(stream, "\x78\x9c", 2);
    *size = 2;
    for (size_t done = 0; done < count || done == 0; done += MOST) {
        const size_t now = count - done < MOST ? count - done : MOST;
        const uint8_t head[] = {done + now == count, (uint8_t)now, (uint8_t)(now >> 8), (uint8_t)~now,
                                (uint8_t)(~now >> 8)};
        memcpy(stream + *size, head, sizeof head);
        *size += sizeof head;
        for (size_t i = done; i < done + now; i++) {
            stream[(*size)++] = (uint8_t)(i % 251);
            sum = (sum + (uint32_t)(i % 251)) % 65521;
            sum_of_sums = (sum_of_sums + sum) % 65521;
        }
    }
    const uint32_t adler = sum_of_sums << 16 | sum;
    for (size_t i = 0; i < 4; i++)
        stream[(*size)++] = (uint8_t)(adler >> (24 - 8 * i));
    return stream;
}

/** Read all of it in pieces of one size. */
static dn_status read_in_pieces(const uint8_t *stream, size_t size, size_t count, size_t piece)
{
    static dn_zlib zlib;
    const size_t capacity = dn_zlib_room(piece);
    uint8_t *room = malloc(capacity);
    assert_non_null(room);
    dn_status status = dn_zlib_open(&zlib, stream, size, room, capacity, &error);
    for (size_t done = 0; done < count && status == DN_OK; done += piece) {
        const uint8_t *bytes;
        status = dn_zlib_next(&zlib, piece, &bytes, &error);
        for (size_t i = 0; i < piece && status == DN_OK; i++)
            if (bytes[i] != (done + i) % 251)
                fail_msg("byte %zu is wrong", done + i);
    }
    if (status == DN_OK)
        status = dn_zlib_close(&zlib, &error);
    free(room);
    return status;
}

static void pieces_of_any_size_are_the_whole(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 6000, 600000};
    static const size_t pieces[] = {1, 3, 1000, 200000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++) {
            size_t size;
            uint8_t *stream = make_stream(counts[i], &size);
            if (counts[i] % pieces[k] == 0)
                assert_ok(read_in_pieces(stream, size, counts[i], pieces[k]));
            free(stream);
        }
}

/** A sum of bytes that are all 255 is as large as it can be before it is reduced. */
static void the_checksum_is_right_for_the_largest_sums(void **state)
{
    (void)state;
    enum { COUNT = 50000 };
    static uint8_t stream[2 + 5 + COUNT + 4] = "\x78\x9c\1\x50\xc3\xaf\x3c";
    static dn_zlib zlib;
    static uint8_t room[300000];
    const uint8_t *bytes;
    memset(stream + 7, 255, COUNT);
    memcpy(stream + 7 + COUNT, "\x8c\xd2\x98\x0f", 4);
    assert_true(dn_zlib_room(COUNT) <= sizeof room);
    assert_ok(dn_zlib_open(&zlib, stream, sizeof stream, room, sizeof room, &error));
    assert_ok(dn_zlib_next(&zlib, COUNT, &bytes, &error));
    assert_ok(dn_zlib_close(&zlib, &error));
}

static void what_does_not_end_where_it_should_is_refused(void **state)
{
    (void)state;
    size_t size;
    uint8_t *stream = make_stream(1000, &size);
    assert_int_equal(read_in_pieces(stream, size, 1001, 1001), DN_ERR_FORMAT);
    assert_contains(error.problem, "byte 1007: the compressed data ends too early");
    assert_int_equal(read_in_pieces(stream, size, 999, 999), DN_ERR_FORMAT);
    assert_contains(error.problem, "more compressed data than expected");
    assert_int_equal(read_in_pieces(stream, size, 0, 1), DN_ERR_FORMAT);
    assert_contains(error.problem, "more compressed data than expected");
    assert_int_equal(read_in_pieces(stream, size - 1, 1000, 1000), DN_ERR_FORMAT);
    assert_contains(error.problem, "byte 1010: the Adler-32 is cut short");
    stream[size - 1] ^= 1;
    assert_int_equal(read_in_pieces(stream, size, 1000, 1000), DN_ERR_FORMAT);
    assert_contains(error.problem, "byte 1007: Adler-32 ");
    free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_any_size_are_the_whole),
        cmocka_unit_test(the_checksum_is_right_for_the_largest_sums),
        cmocka_unit_test(what_does_not_end_where_it_should_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
