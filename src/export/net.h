/** What the exporters have in common: which nets they take, and the seal that tells their files from others. */
#ifndef DN_EXPORT_NET_H
#define DN_EXPORT_NET_H

#include "export/text.h"

#include "digitnet/export.h"

/** Is it a net with outputs that suit its classes? Errors: DN_ERR_FORMAT for mean images; DN_ERR_SHAPE. */
DN_NODISCARD dn_status dn_export_check_net(const dn_classifier *classifier, dn_error *error);

/** The value of a key of the archive, or NULL; archive may be NULL. */
const char *dn_export_metadata(const dn_archive *archive, const char *key);

/** Copy the weight of a layer for a text. False where the text has failed before, or fails now. Owner: the caller frees *weight. */
bool dn_export_take_weight(dn_text *text, dn_model *model, size_t layer, dn_tensor *weight);

/** Element (row, column) of a weight [outputs, inputs], whatever its strides are. */
float dn_export_weight(const dn_tensor *weight, size_t row, size_t column);

/**
 * An exported file ends in its seal: the SHA-256 of all that stands before the seal's name. A file that was changed by hand, or cut
 * short, is no longer taken for one that may be replaced.
 */
#define DN_SEAL_NAME "digitnet sha256"
typedef enum dn_seal {
    DN_SEAL_C,    /**< a comment */
    DN_SEAL_HTML, /**< a comment */
    DN_SEAL_ONNX  /**< an entry of metadata_props */
} dn_seal;

/** Append the seal of the text so far. */
void dn_seal_put(dn_text *text, dn_seal form);

/** Is the file at path whole, and one that was exported? Errors: DN_ERR_FORMAT when not; others where that can't be told. */
DN_NODISCARD dn_status dn_seal_check(const char *path, dn_error *error);

#endif
