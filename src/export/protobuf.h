/**
 * The wire format of protocol buffers, as much as ONNX needs: whole numbers, bytes, and messages within messages.
 *
 * Source  https://protobuf.dev/programming-guides/encoding/
 */
#ifndef DN_EXPORT_PROTOBUF_H
#define DN_EXPORT_PROTOBUF_H

#include "export/text.h"

#include <stdint.h>

/** A field that is a whole number: int32, int64 or an enumeration, none below 0. */
void dn_protobuf_number(dn_text *text, unsigned field, uint64_t value);

void dn_protobuf_string(dn_text *text, unsigned field, const char *string);

/**
 * Begin a field that is a message, or bytes: what follows up to dn_protobuf_end is in it.
 *
 * Effect  Hands back where it begins, for dn_protobuf_end, which inserts its length there.
 */
size_t dn_protobuf_begin(dn_text *text, unsigned field);
void dn_protobuf_end(dn_text *text, size_t begin);

#endif
