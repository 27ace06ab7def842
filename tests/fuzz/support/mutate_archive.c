/**
 * Change a safetensors file, but keep its header's length true most of the time: mutations reach what lies behind that
 * check. Linked into the fuzzers of model files where libFuzzer drives them.
 */
#include "fuzz.h"

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

static size_t mutate_elements(uint8_t *data, size_t size, size_t max_size)
{
    const size_t begin = LENGTH_SIZE + header_length(data, size);
    return begin + LLVMFuzzerMutate(data + begin, size - begin, max_size - begin);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    enum { ANYTHING, ELEMENTS, CHOICES = 8 };
    if (size < LENGTH_SIZE || max_size < size || seed % CHOICES == ANYTHING)
        return LLVMFuzzerMutate(data, size, max_size);
    if (seed % CHOICES == ELEMENTS)
        return mutate_elements(data, size, max_size);
    return mutate_header(data, size, max_size);
}
