#include "export/protobuf.h"

#include <string.h>

/** Wire types. */
enum { VARINT = 0, LENGTH = 2 };
/** Room for the longest varint: 64 bits, seven a byte. */
#define VARINT_SIZE 10

static size_t encode(uint64_t value, uint8_t bytes[VARINT_SIZE])
{
    size_t size = 0;
    for (; value > 0x7f; value >>= 7)
        bytes[size++] = (uint8_t)(value | 0x80);
    bytes[size++] = (uint8_t)value;
    return size;
}

static void put_varint(dn_text *text, uint64_t value)
{
    uint8_t bytes[VARINT_SIZE];
    dn_text_put(text, bytes, encode(value, bytes));
}

void dn_protobuf_number(dn_text *text, unsigned field, uint64_t value)
{
    put_varint(text, field * 8 + VARINT);
    put_varint(text, value);
}

size_t dn_protobuf_begin(dn_text *text, unsigned field)
{
    put_varint(text, field << 3 | LENGTH);
    return text->size;
}

void dn_protobuf_end(dn_text *text, size_t begin)
{
    uint8_t length[VARINT_SIZE] = {0};
    const size_t content = text->size - begin;
    const size_t size = encode(content, length);
    dn_text_put(text, length, size);
    if (text->status != DN_OK)
        return;
    memmove(text->data + begin + size, text->data + begin, content);
    memcpy(text->data + begin, length, size);
}

void dn_protobuf_string(dn_text *text, unsigned field, const char *string)
{
    const size_t begin = dn_protobuf_begin(text, field);
    dn_text_string(text, string);
    dn_protobuf_end(text, begin);
}
