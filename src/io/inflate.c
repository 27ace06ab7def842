#include "io/inflate.h"

#include "core/endian.h"
#include "core/fail.h"
#include "core/size.h"
#include "io/prefix_code.h"

#include <string.h>

/** Bits that are in the buffer after refill_fast: all that whole bytes can be sure to give. */
#define REFILLED_BITS 56
/** A refill reads 8 bytes and moves on by up to 7; there are up to two before the next check. */
#define INPUT_ROOM 24
/** Entries of literals, of up to two each, that are written before the next check: they take 44 bits. */
#define LITERALS_AT_ONCE 4
/** Matches are copied in blocks of this many bytes, and may write that much too far. */
#define COPY_BLOCK 16
#define OUTPUT_ROOM (2 * LITERALS_AT_ONCE + DN_INFLATE_MAX_MATCH + COPY_BLOCK)

static const char remedy[] = "get the file again: it is damaged";

/** The byte that the next bit is in. */
static size_t offset_of_next_bit(const dn_inflater *in)
{
    return in->next - (in->count + 7) / 8;
}

static dn_status fail_damaged(const dn_inflater *in, const char *problem)
{
    return dn_fail(in->error, DN_ERR_FORMAT, remedy, "byte %zu: %s", offset_of_next_bit(in), problem);
}

static dn_status fail_cut_short(const dn_inflater *in)
{
    return dn_fail(in->error, DN_ERR_FORMAT, remedy, "byte %zu: the compressed data ends too early",
                   in->size);
}

static void refill(dn_inflater *in)
{
    for (; in->count <= REFILLED_BITS && in->next < in->size; in->count += 8)
        in->bits |= (uint64_t)in->data[in->next++] << in->count;
}

static void take(dn_inflater *in, unsigned count)
{
    in->bits >>= count;
    in->count -= count;
}

/** Up to 16 bits as a number. */
static dn_status take_number(dn_inflater *in, unsigned count, unsigned *number)
{
    *number = 0;
    refill(in);
    if (in->count < count)
        return fail_cut_short(in);
    *number = (unsigned)(in->bits & ((1U << count) - 1));
    take(in, count);
    return DN_OK;
}

static dn_status build_or_fail(dn_inflater *in, uint32_t *table, const dn_prefix_code *set, const char *name)
{
    const dn_code_fault fault = dn_prefix_code_table(table, set);
    if (fault == DN_CODE_OK)
        return DN_OK;
    return dn_fail(in->error, DN_ERR_FORMAT, remedy, "byte %zu: the %s code is %s", offset_of_next_bit(in),
                   name, fault == DN_CODE_INCOMPLETE ? "incomplete" : "over-subscribed");
}

static dn_status build_tables(dn_inflater *in, const uint8_t *lengths, unsigned literals, unsigned distances)
{
    const dn_prefix_code literal_code = {lengths, literals, dn_literal_entry, LITERAL_BITS, true};
    const dn_prefix_code distance_code = {lengths + literals, distances, dn_distance_entry, DISTANCE_BITS,
                                          true};
    DN_TRY(build_or_fail(in, in->literals, &literal_code, "literal and length"));
    if (dn_mostly_literals(in->literals, LITERAL_BITS)) /* else pairs cost more than they gain */
        dn_pair_literals(in->literals, LITERAL_BITS);
    return build_or_fail(in, in->distances, &distance_code, "distance");
}

/** Decode the next symbol. Bits that the input no longer has count as 0 until they are taken. */
static dn_status take_symbol(dn_inflater *in, const uint32_t *table, unsigned index_bits, uint32_t *entry,
                             unsigned *extra)
{
    *extra = 0;
    refill(in);
    *entry = table[in->bits & ((1U << index_bits) - 1)];
    if ((*entry & LINK_FLAG) != 0) {
        const unsigned second_bits = *entry >> CODE_SHIFT & CODE_MASK;
        table += *entry >> VALUE_SHIFT;
        if (in->count < index_bits)
            return fail_cut_short(in);
        take(in, index_bits);
        *entry = table[in->bits & ((1U << second_bits) - 1)];
    }
    if ((*entry & (SPECIAL_FLAG | END_FLAG)) == SPECIAL_FLAG)
        return in->count < index_bits && in->next == in->size ? fail_cut_short(in)
                                                              : fail_damaged(in, "a code that means nothing");
    const unsigned taken = *entry & TAKEN_MASK;
    if (in->count < taken)
        return fail_cut_short(in);
    *extra = (unsigned)((in->bits & ((1ULL << taken) - 1)) >> (*entry >> CODE_SHIFT & CODE_MASK));
    take(in, taken);
    return DN_OK;
}

/** Section 3.2.7: the lengths of the code in which the lengths of the other two are written. */
static dn_status read_length_code(dn_inflater *in, uint32_t *table, unsigned count)
{
    static const uint8_t order[LENGTH_SYMBOLS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                  11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[LENGTH_SYMBOLS] = {0};
    for (unsigned i = 0; i < count; i++) {
        unsigned length;
        DN_TRY(take_number(in, 3, &length));
        lengths[order[i]] = (uint8_t)length;
    }
    const dn_prefix_code length_code = {lengths, LENGTH_SYMBOLS, dn_code_length_entry, MAX_LENGTH_CODE_BITS,
                                        false};
    return build_or_fail(in, table, &length_code, "code length");
}

/** One symbol of the code lengths: a length, or one that is repeated. */
static dn_status read_length(dn_inflater *in, const uint32_t *table, uint8_t *lengths, unsigned *known,
                             unsigned total)
{
    enum { COPY_PREVIOUS = 16 };
    static const struct {
        uint8_t least, extra_bits;
    } repeats[] = {{3, 2}, {3, 3}, {11, 7}};
    uint32_t entry;
    unsigned extra;
    DN_TRY(take_symbol(in, table, MAX_LENGTH_CODE_BITS, &entry, &extra));
    const unsigned symbol = entry >> VALUE_SHIFT;
    if (symbol < COPY_PREVIOUS) {
        lengths[(*known)++] = (uint8_t)symbol;
        return DN_OK;
    }
    if (symbol == COPY_PREVIOUS && *known == 0)
        return fail_damaged(in, "a code length is repeated before there is one");
    DN_TRY(take_number(in, repeats[symbol - COPY_PREVIOUS].extra_bits, &extra));
    const unsigned count = repeats[symbol - COPY_PREVIOUS].least + extra;
    if (count > total - *known)
        return fail_damaged(in, "more code lengths than there are symbols");
    memset(lengths + *known, symbol == COPY_PREVIOUS ? lengths[*known - 1] : 0, count);
    *known += count;
    return DN_OK;
}

static dn_status read_dynamic_codes(dn_inflater *in)
{
    unsigned literals;
    unsigned distances;
    unsigned length_codes;
    uint8_t lengths[LITERAL_SYMBOLS + DISTANCE_SYMBOLS] = {0};
    uint32_t table[1 << MAX_LENGTH_CODE_BITS];
    DN_TRY(take_number(in, 5, &literals));
    DN_TRY(take_number(in, 5, &distances));
    DN_TRY(take_number(in, 4, &length_codes));
    literals += FIRST_LENGTH;
    distances += 1;
    if (literals > USED_LITERALS)
        return fail_damaged(in, "more than 286 literal and length codes");
    DN_TRY(read_length_code(in, table, length_codes + 4));
    for (unsigned known = 0; known < literals + distances;)
        DN_TRY(read_length(in, table, lengths, &known, literals + distances));
    if (lengths[END_OF_BLOCK] == 0)
        return fail_damaged(in, "there is no code for the end of the block");
    return build_tables(in, lengths, literals, distances);
}

/** Section 3.2.6. */
static dn_status set_fixed_codes(dn_inflater *in)
{
    uint8_t lengths[LITERAL_SYMBOLS + DISTANCE_SYMBOLS];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 256 - 144);
    memset(lengths + 256, 7, 280 - 256);
    memset(lengths + 280, 8, LITERAL_SYMBOLS - 280);
    memset(lengths + LITERAL_SYMBOLS, 5, DISTANCE_SYMBOLS);
    return build_tables(in, lengths, LITERAL_SYMBOLS, DISTANCE_SYMBOLS);
}

/** Copy a match byte by byte, up to the end of out. */
static dn_status copy_match(dn_inflater *in, size_t length, size_t distance)
{
    if (distance > in->written)
        return dn_fail(in->error, DN_ERR_FORMAT, remedy,
                       "byte %zu: a copy from %zu bytes back, where only %zu are there",
                       offset_of_next_bit(in), distance, in->written);
    for (; length != 0 && in->written < in->capacity; length--, in->written++)
        in->out[in->written] = in->out[in->written - distance];
    in->full = length != 0;
    return DN_OK;
}

static void write_literal(dn_inflater *in, uint32_t literal)
{
    in->full = in->written == in->capacity;
    if (!in->full)
        in->out[in->written++] = (uint8_t)literal;
}

/** Unpack one symbol, or a pair of literals, with every check. *ended: it was the end of the block. */
static dn_status run_one(dn_inflater *in, bool *ended)
{
    uint32_t entry;
    unsigned extra;
    DN_TRY(take_symbol(in, in->literals, LITERAL_BITS, &entry, &extra));
    *ended = (entry & END_FLAG) != 0;
    if (*ended)
        return DN_OK;
    if ((entry & LITERAL_FLAG) == 0) {
        const size_t length = (entry >> VALUE_SHIFT) + extra;
        DN_TRY(take_symbol(in, in->distances, DISTANCE_BITS, &entry, &extra));
        return copy_match(in, length, (entry >> VALUE_SHIFT) + extra);
    }
    write_literal(in, entry >> VALUE_SHIFT);
    if ((entry & PAIR_FLAG) != 0)
        write_literal(in, entry >> SECOND_SHIFT);
    return DN_OK;
}

/** Copy a match in blocks; up to COPY_BLOCK bytes after it are overwritten. */
static inline uint8_t *copy_match_fast(uint8_t *out, size_t length, size_t distance)
{
    uint8_t *const end = out + length;
    const uint8_t *from = out - distance;
    if (distance >= COPY_BLOCK) {
        do {
            memcpy(out, from, COPY_BLOCK);
            out += COPY_BLOCK;
            from += COPY_BLOCK;
        } while (out < end);
    } else if (distance == 1) {
        do {
            memset(out, *from, COPY_BLOCK);
            out += COPY_BLOCK;
        } while (out < end);
    } else {
        while (out < end)
            *out++ = *from++;
    }
    return end;
}

/* The steps of run_fast, on its locals `bits`, `count` and `next`. */
#define REFILL_FAST()                                                                                        \
    do {                                                                                                     \
        bits |= dn_load_little64(next) << count;                                                             \
        next += (63 - count) >> 3;                                                                           \
        count |= REFILLED_BITS;                                                                              \
    } while (0)
#define TAKE_FAST(entry)                                                                                     \
    do {                                                                                                     \
        bits >>= (entry)&TAKEN_MASK;                                                                         \
        count -= (entry)&TAKEN_MASK;                                                                         \
    } while (0)
#define NEXT_FAST(table, index_bits) ((table)[bits & ((1U << (index_bits)) - 1)])
#define EXTRA_FAST(entry)                                                                                    \
    (size_t)((bits & ((1ULL << ((entry)&TAKEN_MASK)) - 1)) >> ((entry) >> CODE_SHIFT & CODE_MASK))
#define FOLLOW_LINK_FAST(table, entry)                                                                       \
    do {                                                                                                     \
        const unsigned second_bits = (entry) >> CODE_SHIFT & CODE_MASK;                                      \
        TAKE_FAST(entry);                                                                                    \
        (entry) = (table)[((entry) >> VALUE_SHIFT) + (bits & ((1U << second_bits) - 1))];                    \
    } while (0)

/**
 * Unpack symbols while there is room for the largest of them at both ends, so that no byte is checked by
 * itself. Returns for lack of room, and before the end of the block or a symbol that is wrong: run_one meets
 * that one again.
 *
 * It is fast because one refill serves a length and its distance (at most 48 of its 56 bits), and because
 * a refill has no branch: it reads 8 bytes, of which it counts only those that fit whole. The bits above
 * `count` are then those that the next refill brings again.
 */
static void run_fast(dn_inflater *in)
{
    const uint8_t *const input_end = in->data + in->size;
    uint8_t *const output_end = in->out + in->capacity;
    const uint8_t *next = in->data + in->next;
    uint8_t *out = in->out + in->written;
    uint64_t bits = in->bits;
    unsigned count = in->count;

    while (input_end - next >= INPUT_ROOM && output_end - out >= OUTPUT_ROOM) {
        REFILL_FAST();
        uint32_t entry = NEXT_FAST(in->literals, LITERAL_BITS);
        for (unsigned literals = 0; (entry & LITERAL_FLAG) != 0 && literals < LITERALS_AT_ONCE; literals++) {
            TAKE_FAST(entry);
            out[0] = (uint8_t)(entry >> VALUE_SHIFT);
            out[1] = (uint8_t)(entry >> SECOND_SHIFT);
            out += (entry & PAIR_FLAG) != 0 ? 2 : 1;
            entry = NEXT_FAST(in->literals, LITERAL_BITS);
        }
        if ((entry & LITERAL_FLAG) != 0)
            continue;
        REFILL_FAST();
        const uint64_t bits_before = bits;
        const unsigned count_before = count;
        if ((entry & LINK_FLAG) != 0)
            FOLLOW_LINK_FAST(in->literals, entry);
        if ((entry & LITERAL_FLAG) != 0) {
            TAKE_FAST(entry);
            *out++ = (uint8_t)(entry >> VALUE_SHIFT);
            continue;
        }
        const size_t length = (entry >> VALUE_SHIFT) + EXTRA_FAST(entry);
        const bool special = (entry & SPECIAL_FLAG) != 0;
        TAKE_FAST(entry);
        entry = NEXT_FAST(in->distances, DISTANCE_BITS);
        if ((entry & LINK_FLAG) != 0)
            FOLLOW_LINK_FAST(in->distances, entry);
        const size_t distance = (entry >> VALUE_SHIFT) + EXTRA_FAST(entry);
        TAKE_FAST(entry);
        if (special || (entry & SPECIAL_FLAG) != 0 || distance > (size_t)(out - in->out)) {
            bits = bits_before;
            count = count_before;
            break;
        }
        out = copy_match_fast(out, length, distance);
    }
    in->next = (size_t)(next - in->data);
    in->bits = bits & ((1ULL << count) - 1);
    in->count = count;
    in->written = (size_t)(out - in->out);
}

static bool has_room(const dn_inflater *in, size_t room)
{
    return !in->full && in->capacity - in->written >= room;
}

/** Section 3.2.5: the symbols of one block. */
static dn_status run_block(dn_inflater *in, size_t room)
{
    bool ended = false;
    while (!ended && has_room(in, room)) {
        run_fast(in);
        if (has_room(in, room))
            DN_TRY(run_one(in, &ended));
    }
    if (ended)
        in->state = DN_INFLATE_HEADER;
    return DN_OK;
}

/** Section 3.2.4: the header. */
static dn_status begin_stored(dn_inflater *in)
{
    unsigned length;
    unsigned complement;
    take(in, in->count % 8);
    DN_TRY(take_number(in, 16, &length));
    DN_TRY(take_number(in, 16, &complement));
    if ((length ^ complement) != 0xffff)
        return fail_damaged(in, "a stored block's length and its complement disagree");
    in->next -= in->count / 8;
    in->bits = 0;
    in->count = 0;
    in->stored = length;
    in->state = DN_INFLATE_STORED;
    return DN_OK;
}

/** Section 3.2.4: the bytes. */
static dn_status copy_stored(dn_inflater *in)
{
    const size_t room = in->capacity - in->written;
    const size_t copied = dn_smaller(in->stored, room);
    if (copied > in->size - in->next)
        return fail_cut_short(in);
    if (copied != 0)
        memcpy(in->out + in->written, in->data + in->next, copied);
    in->next += copied;
    in->written += copied;
    in->stored -= copied;
    in->full = in->stored != 0;
    if (!in->full)
        in->state = DN_INFLATE_HEADER;
    return DN_OK;
}

static dn_status begin_block(dn_inflater *in)
{
    enum { STORED, FIXED, DYNAMIC };
    unsigned flag;
    unsigned type;
    DN_TRY(take_number(in, 1, &flag));
    DN_TRY(take_number(in, 2, &type));
    in->last = flag != 0;
    if (type == STORED)
        return begin_stored(in);
    if (type > DYNAMIC)
        return fail_damaged(in, "a block of type 3, which does not exist");
    in->state = DN_INFLATE_CODED;
    return type == FIXED ? set_fixed_codes(in) : read_dynamic_codes(in);
}

static void end_stream(dn_inflater *in)
{
    in->next -= in->count / 8;
    in->count = 0;
    in->bits = 0;
    in->state = DN_INFLATE_ENDED;
}

/** Unpack until the stream ends, or out is full or has no more room than that. */
static dn_status run(dn_inflater *in, size_t room, dn_error *error)
{
    in->error = error;
    in->full = false;
    while (in->state != DN_INFLATE_ENDED && has_room(in, room)) {
        if (in->state == DN_INFLATE_STORED)
            DN_TRY(copy_stored(in));
        else if (in->state == DN_INFLATE_CODED)
            DN_TRY(run_block(in, room));
        else if (in->last)
            end_stream(in);
        else
            DN_TRY(begin_block(in));
    }
    return DN_OK;
}

/** The tables are large, and filled before they are read: they are not cleared. */
void dn_inflate_open(dn_inflater *in, const uint8_t *data, size_t size, size_t begin, uint8_t *out,
                     size_t capacity)
{
    in->state = DN_INFLATE_HEADER;
    in->data = data;
    in->size = size;
    in->next = begin;
    in->bits = 0;
    in->count = 0;
    in->out = out;
    in->capacity = capacity;
    in->written = 0;
    in->stored = 0;
    in->last = false;
}

dn_status dn_inflate_more(dn_inflater *in, dn_error *error)
{
    return run(in, DN_INFLATE_MAX_MATCH, error);
}

size_t dn_inflate_slide(dn_inflater *in, size_t used)
{
    const size_t before = in->written > DN_INFLATE_WINDOW ? in->written - DN_INFLATE_WINDOW : 0;
    const size_t dropped = dn_smaller(used, before);
    in->written -= dropped;
    memmove(in->out, in->out + dropped, in->written);
    return dropped;
}

dn_status dn_inflate(const uint8_t *data, size_t size, size_t begin, uint8_t *out, size_t capacity,
                     dn_inflated *inflated, dn_error *error)
{
    dn_inflater in;
    dn_inflate_open(&in, data, size, begin, out, capacity);
    DN_TRY(run(&in, 0, error));
    inflated->end = in.next - in.count / 8;
    inflated->written = in.written;
    inflated->complete = in.state == DN_INFLATE_ENDED;
    return DN_OK;
}
