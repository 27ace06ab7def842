/**
 * Export of a trained net, as a C header, an ONNX file or a page to draw on; and the report on a trained classifier.
 */
#ifndef DIGITNET_EXPORT_H
#define DIGITNET_EXPORT_H

#include "digitnet/train.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The usual beginning of the names in a C header, and the length of the longest. */
#define DN_EXPORT_NAME "digit"
#define DN_EXPORT_NAME_MOST 40

typedef struct dn_export_options {
    const char *name; /**< of the C header: a letter, then letters, digits and "_"; NULL for DN_EXPORT_NAME */
    bool
        int8; /**< compute with whole numbers: weights of 8 bits, a quarter of the size, nearly the same answers */
} dn_export_options;

/**
 * Make a C header of a net: C99 and C++, no heap, no libm, no #include but <stdint.h>.
 *
 * It holds `static const` arrays and the function
 *
 *     int NAME_predict(const uint8_t pixels[784], float scores[10]);
 *
 * which returns the digit and gives the scores of dn_classifier_scores: the same bits, on every machine and by every compiler whose
 * floats are IEEE 754's. With int8 everything from the pixels to the last sums is whole numbers, and scores are near those.
 *
 * Units   options may be NULL. archive: the contents of the model file, whose metadata the header's first comment tells; or NULL.
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  DN_ERR_ARGUMENT for a name that C does not allow; DN_ERR_FORMAT for mean images, which are no net, and with int8 for weights
 *         that are too large; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_export_c(const dn_classifier *classifier, const dn_archive *archive,
                                          const dn_export_options *options, dn_bytes *bytes, dn_error *error);

/**
 * Make an ONNX file of a net: operator set 13, Gemm and Relu in turn.
 *
 * Input "pixels" is float [N, 784], 0 to 1. Outputs are "logits" [N, outputs] and "probabilities", their softmax (the sigmoid of a single
 * output); a temperature divides the logits before it. The tensors keep their names, shapes and bits; the archive's metadata become
 * metadata_props.
 *
 * Units   archive: the contents of the model file; or NULL.
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  DN_ERR_FORMAT for mean images, which are no net, and for more than the 2 GB that the format can hold; DN_ERR_MEMORY.
 * Source  https://onnx.ai/onnx/repo-docs/IR.html; onnx.proto3 of version 1.8
 */
DN_API DN_NODISCARD dn_status dn_export_onnx(const dn_classifier *classifier, const dn_archive *archive,
                                             dn_bytes *bytes, dn_error *error);

/**
 * Make a page to draw on: one HTML file that needs no network.
 *
 * The page computes in float32 in the order of digitnet: its logits and probabilities are the classifier's for the same 28 x 28 pixels, bit
 * for bit. With int8 it is a quarter as large, and its logits are those of the C header with int8, bit for bit. A drawing, or a picture, is
 * read as dn_answer_picture reads it in DN_PICTURE_VIEWS views: with the same pixels, verdict and, but for int8, probabilities.
 *
 * Units   As dn_export_c; the name is not used.
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  With int8 as dn_export_c; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_export_html(const dn_classifier *classifier, const dn_archive *archive,
                                             const dn_export_options *options, dn_bytes *bytes,
                                             dn_error *error);

/** A log of `digitnet train`, for a report: the bytes of whole lines, and a name to show. */
typedef struct dn_report_log {
    const char *name;
    dn_bytes lines;
} dn_report_log;

/** The subject of a report. Everything is borrowed. */
typedef struct dn_report_subject {
    dn_context *context;
    dn_classifier *classifier;
    const dn_archive *about;    /**< the archive of the classifier, for its metadata; or NULL */
    const char *model;          /**< the name to show for the model's file */
    const char *model_sha256;   /**< or NULL */
    const char *data;           /**< the name to show for the data */
    const dn_dataset *images;   /**< the test images, cut to the classes of the classifier */
    const dn_selection *places; /**< their indices in their file; NULL where these are the same */
    const dn_report_log *logs;
    size_t log_count;
} dn_report_subject;

/** The most logs of a report. */
#define DN_REPORT_MAX_LOGS 16

/**
 * Make a report on a trained classifier: one HTML file that needs no network, of at most 1.5 MB.
 *
 * The page shows the worst mistakes, and for every pair of label and answer the images with the highest loss, as many as fit. Of a long
 * log it shows lines at even distances. Any text from a file is text in the page, whatever it contains.
 *
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  Those of dn_classifier_measure; DN_ERR_ARGUMENT for more logs than DN_REPORT_MAX_LOGS; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_report(const dn_report_subject *subject, dn_bytes *bytes, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
