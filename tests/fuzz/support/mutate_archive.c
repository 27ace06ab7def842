/**
 * Change a safetensors file, but keep its header's length true most of the time: mutations reach what lies behind that
 * check. Linked into the fuzzers of model files where libFuzzer drives them.
 */
#include "fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

#define LENGTH_SIZE 8

static size_t header_length(const uint8_t *data, size_t size)
{
    uint64_t length = 0;
    for (size_t i = LENGTH_SIZE; i-- > 0;)
        length = length << 8 | data[i];
    return length <= size - LENGTH_SIZE ? (size_t)length : size - LENGTH_SIZE;
}

static void set_header_length(uint8_t *data, size_t length)
{
    for (size_t i = 0; i < LENGTH_SIZE; i++)
        data[i] = (uint8_t)((uint64_t)length >> 8 * i);
}

/** Mutate the header, move the elements behind it, and make the length true. */
static size_t mutate_header(uint8_t *data, size_t size, size_t max_size)
{
    const size_t length = header_length(data, size);
    const size_t rest = size - LENGTH_SIZE - length;
    uint8_t *elements = malloc(rest + 1);
    fuzz_require(elements);
    memcpy(elements, data + LENGTH_SIZE + length, rest);
    const size_t mutated = LLVMFuzzerMutate(data + LENGTH_SIZE, length, max_size - LENGTH_SIZE - rest);
    memcpy(data + LENGTH_SIZE + mutated, elements, rest);
    free(elements);
    set_header_length(data, mutated);
    return LENGTH_SIZE + mutated + rest;
}

/** Replace bytes of the header, move what lies behind them, and make the length true. */
static size_t replace(uint8_t *data, size_t size, size_t begin, size_t end, const char *text)
{
    const size_t length = header_length(data, size);
    const size_t added = strlen(text);
    memmove(data + begin + added, data + end, size - end);
    memcpy(data + begin, text, added);
    set_header_length(data, length + added - (end - begin));
    return size + added - (end - begin);
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/** Where the next number of the header begins, from place on; `end` where there is none. */
static size_t next_number(const uint8_t *data, size_t place, size_t end)
{
    while (place < end && !is_digit(data[place]))
        place++;
    return place;
}

static size_t behind_number(const uint8_t *data, size_t place, size_t end)
{
    while (place < end && is_digit(data[place]))
        place++;
    return place;
}

/** Give one number of the header, a counter or a setting, another value: its neighbours, and those where ranges end. */
static size_t mutate_number(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    enum { LESS, MORE, ITS_OWN, LONGEST = 32 };
    static const char *const others[] = {"0",    "1",     "2",     "31",         "1000000",
                                         "1000", "65535", "65536", "4294967296", "18446744073709551615"};
    const size_t count = sizeof others / sizeof others[0];
    const size_t end = LENGTH_SIZE + header_length(data, size);
    char text[LONGEST];
    unsigned long long own = 0;
    size_t numbers = 0;
    for (size_t place = next_number(data, LENGTH_SIZE, end); place < end; numbers++)
        place = next_number(data, behind_number(data, place, end), end);
    if (numbers == 0 || size + LONGEST > max_size)
        return size;
    size_t begin = next_number(data, LENGTH_SIZE, end);
    for (size_t skipped = seed % numbers; skipped > 0; skipped--)
        begin = next_number(data, behind_number(data, begin, end), end);
    const size_t behind = behind_number(data, begin, end);
    for (size_t place = begin; place < behind; place++)
        own = own * 10 + (data[place] - '0');
    const size_t choice = seed / numbers % (ITS_OWN + count);
    if (choice < ITS_OWN)
        snprintf(text, sizeof text, "%llu", choice == LESS ? own - 1 : own + 1);
    else
        snprintf(text, sizeof text, "%s", others[choice - ITS_OWN]);
    return replace(data, size, begin, behind, text);
}

static size_t mutate_elements(uint8_t *data, size_t size, size_t max_size)
{
    const size_t begin = LENGTH_SIZE + header_length(data, size);
    return begin + LLVMFuzzerMutate(data + begin, size - begin, max_size - begin);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    enum { ANYTHING, ELEMENTS, NUMBER, NUMBER_TOO, CHOICES = 8 };
    if (size < LENGTH_SIZE || max_size < size || seed % CHOICES == ANYTHING)
        return LLVMFuzzerMutate(data, size, max_size);
    if (seed % CHOICES == ELEMENTS)
        return mutate_elements(data, size, max_size);
    if (seed % CHOICES == NUMBER || seed % CHOICES == NUMBER_TOO)
        return mutate_number(data, size, max_size, seed / CHOICES);
    return mutate_header(data, size, max_size);
}
