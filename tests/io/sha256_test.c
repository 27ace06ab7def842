#include "support.h"

#include "io/sha256.h"

#include <stdlib.h>
#include <string.h>

static void assert_digest(const void *data, size_t size, const char *expected)
{
    dn_sha256 hash;
    uint8_t digest[DN_SHA256_SIZE];
    char text[DN_SHA256_TEXT_SIZE];
    dn_sha256_init(&hash);
    dn_sha256_update(&hash, data, size);
    dn_sha256_final(&hash, digest);
    assert_string_equal(dn_sha256_text(digest, text), expected);
}

/* FIPS 180-2's examples, and the empty message. */
static void published_messages_have_their_digests(void **state)
{
    (void)state;
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    static const char long_text[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                                    "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
    assert_digest("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest(two_blocks, sizeof two_blocks - 1,
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_digest(long_text, sizeof long_text - 1,
                  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

static void a_million_letters_have_their_digest(void **state)
{
    (void)state;
    enum { MILLION = 1000000 };
    char *letters = malloc(MILLION);
    assert_non_null(letters);
    memset(letters, 'a', MILLION);
    assert_digest(letters, MILLION, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(letters);
}

/* Every length around the ends of a block, where the padding takes one block or two; digests hashed together. */
static void every_length_up_to_three_blocks_is_padded_right(void **state)
{
    (void)state;
    uint8_t message[3 * DN_SHA256_BLOCK] = {0};
    dn_sha256 all;
    uint8_t digest[DN_SHA256_SIZE];
    char text[DN_SHA256_TEXT_SIZE];
    dn_sha256_init(&all);
    for (size_t size = 0; size <= sizeof message; size++) {
        dn_sha256 hash;
        dn_sha256_init(&hash);
        dn_sha256_update(&hash, message, size);
        dn_sha256_final(&hash, digest);
        dn_sha256_update(&all, digest, sizeof digest);
    }
    dn_sha256_final(&all, digest);
    assert_string_equal(dn_sha256_text(digest, text),
                        "fdfa010ef8892671a7a4cafb492032ff4435fc19890442536d31c8f2223143d3");
}

static void a_message_may_come_in_any_pieces(void **state)
{
    (void)state;
    uint8_t message[150];
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 31 + 7);
    for (size_t first = 0; first <= sizeof message; first++)
        for (size_t second = first; second <= sizeof message; second++) {
            dn_sha256 hash;
            uint8_t digest[DN_SHA256_SIZE];
            char text[DN_SHA256_TEXT_SIZE];
            dn_sha256_init(&hash);
            dn_sha256_update(&hash, message, first);
            dn_sha256_update(&hash, message + first, second - first);
            dn_sha256_update(&hash, message + second, sizeof message - second);
            dn_sha256_final(&hash, digest);
            assert_string_equal(dn_sha256_text(digest, text),
                                "5eab0cc7b2b5916cc393889854d7cf4d652fc12dec49973113c9d8e4332197fa");
        }
}

/** Whatever the processor has, blocks in any number and state give the numbers of the portable code. */
static void instructions_give_the_digest_of_the_portable_code(void **state)
{
    (void)state;
    dn_sha256_add *const fast = dn_sha256_find_instructions();
    uint8_t message[9 * DN_SHA256_BLOCK];
    if (!fast) {
        print_message("SKIPPED: this processor has no instructions for SHA-256\n");
        skip();
    }
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 37 + i / 256 + 11);
    for (size_t blocks = 0; blocks < 9; blocks++) {
        uint32_t found[8];
        uint32_t expected[8];
        for (size_t i = 0; i < 8; i++)
            found[i] = expected[i] = (uint32_t)(i * 0x9E3779B9U + blocks);
        fast(found, message + blocks, blocks);
        dn_sha256_add_portable(expected, message + blocks, blocks);
        assert_memory_equal(found, expected, sizeof found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_messages_have_their_digests),
        cmocka_unit_test(a_million_letters_have_their_digest),
        cmocka_unit_test(every_length_up_to_three_blocks_is_padded_right),
        cmocka_unit_test(a_message_may_come_in_any_pieces),
        cmocka_unit_test(instructions_give_the_digest_of_the_portable_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
