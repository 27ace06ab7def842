/**
 * The classifier, its measures and its file; the learner; the learning-rate range test.
 */
#ifndef DIGITNET_TRAIN_H
#define DIGITNET_TRAIN_H

#include "digitnet/data.h"
#include "digitnet/io.h"
#include "digitnet/loss.h"
#include "digitnet/nn.h"
#include "digitnet/optim.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One face for all that tells digits apart, whatever is behind it: a net, or the mean image of each class.
 *
 * It gives a score for each class. Their softmax are the probabilities, for all kinds:
 *
 * - A net of one output a class: its logits.
 * - A net of one output for two classes: the logit and 0, so that the probabilities are sigmoid(logit) and 1 - sigmoid(logit).
 * - Mean images: minus the distance, times DN_DISTANCE_SHARPNESS.
 */

/**
 * A mean image that is nearer by 1 / 100 (of full ink, a pixel) is e times as probable. Of 25, 50, 100 and 200 it gives the lowest
 * cross entropy on MNIST, for both distances.
 */
#define DN_DISTANCE_SHARPNESS 100.0F

/** Start from {0}, and set classes and either model or mean. */
typedef struct dn_classifier {
    dn_classes classes;
    dn_model *model;     /**< the net, or NULL */
    dn_mean_images mean; /**< the mean images, where there is no net */
    dn_tensor scores;    /**< memory for the answers, [rows, classes] */
} dn_classifier;

/** Free everything behind the classifier, also the model, and empty it. NULL is allowed. */
DN_API void dn_classifier_free(dn_classifier *classifier);

/** What mean images are called as an architecture, and as the one tensor in a model file. */
#define DN_MEAN_NAME "mean"
/** Write "784-128-10", or "mean", and hand text back. */
DN_API char *dn_classifier_architecture(const dn_classifier *classifier, char text[DN_ARCHITECTURE_SIZE]);

/**
 * Score a batch of images.
 *
 * Shapes  x [N, pixels]; *scores becomes a view [N, classes] of the classifier's memory, valid until the next call. The caller may
 *         overwrite it, say with dn_softmax(scores, scores), which makes it probabilities.
 * Errors  DN_ERR_SHAPE, also when the net's outputs do not suit the classes; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_classifier_scores(dn_context *context, dn_classifier *classifier,
                                                   const dn_matrix *x, dn_tensor *scores, dn_error *error);

/** The class with the highest score in one row [N, classes]; of equals the first. */
DN_API size_t dn_classifier_answer(const dn_tensor *scores, size_t row);

/**
 * A trained model as a safetensors file: the tensors, and metadata that says what they are.
 *
 * A net's tensors are named as PyTorch's nn.Sequential names them, 0.weight, 0.bias, 2.weight, ...; mean images are one tensor,
 * "mean" [classes, 784].
 *
 * Metadata keys: format ("digitnet"), format_version, architecture ("784-128-10", or "mean"), metric (of mean images: "l1" or "rmse"),
 * input (what the pixels mean), classes ("3,7": the digits that the outputs stand for), and whatever the trainer adds: arguments,
 * seed, data_sha256, accuracies.
 */

/** The version that is written, and the newest one that is read. */
#define DN_MODEL_FORMAT_VERSION 1

/**
 * Make the bytes of the file of a classifier of any kind.
 *
 * Units   extra: metadata to add, may be NULL when extra_count is 0.
 * Owner   The caller frees *bytes with dn_bytes_free. Empty after an error.
 * Errors  As dn_archive_encode; DN_ERR_ARGUMENT also for extra metadata under a key that is taken.
 */
DN_API DN_NODISCARD dn_status dn_classifier_encode(const dn_classifier *classifier, const dn_metadata *extra,
                                                   size_t extra_count, dn_bytes *bytes, dn_error *error);

/**
 * Write a classifier of any kind.
 *
 * Units   extra: metadata to add, may be NULL when extra_count is 0.
 * Errors  As dn_file_write; DN_ERR_ARGUMENT as dn_archive_write (a weight that is not finite) and for extra metadata
 *         under a key that is taken: nothing is written then; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_classifier_write(const char *path, const dn_classifier *classifier,
                                                  const dn_metadata *extra, size_t extra_count,
                                                  dn_error *error);

/**
 * Read and check a classifier: the format and its version, the classes, and tensor names and shapes that make mean images, or a stack of
 * layers from 784 inputs to one output a class, or to one output for two classes; digitnet's metadata must name the same architecture. A file without digitnet's metadata is taken as a net
 * of the ten digits when its tensors fit (say, one that PyTorch wrote).
 *
 * Owner   The caller frees *classifier with dn_classifier_free, *archive (the metadata; may be NULL when it is not wanted) with
 *         dn_archive_free. Both are empty after an error.
 * Errors  DN_ERR_FILE; DN_ERR_FORMAT with the tensor or key, the value found and the value expected, and for a newer version by name;
 *         DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_classifier_read(const char *path, dn_classifier *classifier,
                                                 dn_archive *archive, dn_error *error);

/** Make an archive that was read a classifier, as dn_classifier_read does. Errors: its DN_ERR_FORMAT and DN_ERR_MEMORY. */
DN_API DN_NODISCARD dn_status dn_classifier_restore(const dn_archive *archive, dn_classifier *classifier,
                                                    dn_error *error);

/** As dn_classifier_write, of a net of the ten digits. */
DN_API DN_NODISCARD dn_status dn_model_write(const char *path, dn_model *model, const dn_metadata *extra,
                                             size_t extra_count, dn_error *error);

/** As dn_classifier_read, of a net of the ten digits: any other is DN_ERR_FORMAT. The caller frees *model with dn_model_free. */
DN_API DN_NODISCARD dn_status dn_model_read(const char *path, dn_model **model, dn_archive *archive,
                                            dn_error *error);

/** Is the archive a model that digitnet wrote, in a version that this program reads? Errors: DN_ERR_FORMAT saying what it is. */
DN_API DN_NODISCARD dn_status dn_model_check_format(const dn_archive *archive, dn_error *error);

/**
 * Are a file's layers, of a model or of a checkpoint, those of a net with these widths? Asked of settings that a file brings
 * before a net is made by them: ones that name more than the file holds would take memory for nothing.
 *
 * Errors  DN_ERR_FORMAT naming the tensor.
 */
DN_API DN_NODISCARD dn_status dn_model_check_widths(const dn_archive *archive, const size_t *widths,
                                                    size_t width_count, dn_error *error);

/** Has the file the mean images of so many classes? Errors: DN_ERR_FORMAT naming the tensor. */
DN_API DN_NODISCARD dn_status dn_model_check_mean(const dn_archive *archive, size_t classes, dn_error *error);

/**
 * Did digitnet write the file at path, this version or a newer one, and is it whole?
 *
 * Errors  DN_ERR_FORMAT when it did not, or it is not; DN_ERR_FILE and DN_ERR_MEMORY when that can't be told.
 */
DN_API DN_NODISCARD dn_status dn_model_check_ours(const char *path, dn_error *error);

/**
 * What people read about a classifier: accuracy with its uncertainty, which class is taken for which, and how near its probabilities
 * come to the truth.
 */

typedef struct dn_metrics {
    size_t count;
    size_t correct;
    size_t classes;
    double loss; /**< mean cross entropy, in nats, or of the loss that dn_metrics_measure_by was given */
    double l1;   /**< mean |probability - one-hot target|, over all classes */
    double rmse; /**< root of the mean squared difference of the two */
    size_t ranks[DN_DIGIT_CLASSES]; /**< [r]: how often r classes were held more probable than the label */
    size_t confusion[DN_DIGIT_CLASSES][DN_DIGIT_CLASSES]; /**< [label][prediction] */
} dn_metrics;

/**
 * Measure a classifier.
 *
 * Effect  Rewinds the loader and passes it through the classifier once.
 * Errors  Those of dn_classifier_scores; DN_ERR_ARGUMENT for a label that is no class; DN_ERR_FORMAT when the classifier's
 *         numbers are so large that its answers are none.
 */
DN_API DN_NODISCARD dn_status dn_classifier_measure(dn_context *context, dn_classifier *classifier,
                                                    dn_dataloader *loader, dn_metrics *metrics,
                                                    dn_error *error);

/**
 * As dn_classifier_measure, of a net while it learns: a loss that is not finite is for the caller to see.
 *
 * Errors  Also DN_ERR_SHAPE for more than DN_DIGIT_CLASSES outputs.
 */
DN_API DN_NODISCARD dn_status dn_metrics_measure(dn_context *context, dn_model *model, dn_dataloader *loader,
                                                 dn_metrics *metrics, dn_error *error);

/** As dn_metrics_measure, with metrics->loss by another loss function, the one that the net learns by. */
DN_API DN_NODISCARD dn_status dn_metrics_measure_by(dn_loss *loss, dn_context *context, dn_model *model,
                                                    dn_dataloader *loader, dn_metrics *metrics,
                                                    dn_error *error);

/** The share of examples that were right, 0 to 1. */
DN_API double dn_metrics_accuracy(const dn_metrics *metrics);

/** The share of examples that were wrong, 0 to 1. */
DN_API double dn_metrics_error(const dn_metrics *metrics);

/** One standard error of the accuracy, 0 to 1: sqrt(p (1 - p) / n). */
DN_API double dn_metrics_uncertainty(const dn_metrics *metrics);

/** The share of examples whose label is among the k most probable classes, 0 to 1. */
DN_API double dn_metrics_top(const dn_metrics *metrics, size_t k);

/** Of the examples that were taken for a class, the share that are of it; NaN where none was. class < classes. */
DN_API double dn_metrics_precision(const dn_metrics *metrics, size_t class_index);

/** Of the examples of a class, the share that were taken for it; NaN where there is none. */
DN_API double dn_metrics_recall(const dn_metrics *metrics, size_t class_index);

/**
 * The mistakes that are furthest from the truth: where to look for what it has not understood, or for labels that are wrong.
 *
 * Source  "Training a Digit Classifier" and its sequel: ClassificationInterpretation.plot_top_losses.
 */

/** One wrong answer. */
typedef struct dn_mistake {
    size_t index;      /**< which example of an epoch in the dataset's order */
    size_t label;      /**< a class */
    size_t prediction; /**< another class */
    float probability; /**< of the prediction */
    float label_probability;
    float loss; /**< -log of the label's probability, in nats */
} dn_mistake;

/**
 * Find the worst mistakes.
 *
 * Shapes  worst [capacity]; *count gets how many there are, at most capacity; the highest loss first, of equals the lower index.
 * Effect  Rewinds the loader and passes it through the classifier once.
 * Errors  Those of dn_classifier_scores; DN_ERR_ARGUMENT for a label that is no class.
 */
DN_API DN_NODISCARD dn_status dn_mistakes_worst(dn_context *context, dn_classifier *classifier,
                                                dn_dataloader *loader, dn_mistake *worst, size_t capacity,
                                                size_t *count, dn_error *error);

/**
 * The learner: data, model, optimiser, loss and metrics, and the loop that runs them.
 *
 * Source  "Training a Digit Classifier": Learner(dls, model, opt_func, loss_func, metrics).
 */

/** Where training stands. */
typedef struct dn_progress {
    size_t epoch; /**< from 1 */
    size_t epochs;
    size_t batch;     /**< done in this epoch */
    size_t batches;   /**< in an epoch */
    size_t images;    /**< done in this epoch */
    double loss;      /**< mean over this epoch so far */
    float batch_loss; /**< mean over the last batch, before its step */
} dn_progress;

/** One epoch, done. */
typedef struct dn_epoch {
    size_t epoch; /**< from 1 */
    size_t epochs;
    size_t images;
    double train_loss;   /**< mean over the epoch's batches, each weighted by its size */
    bool validated;      /**< there is a validation slice, the epoch is whole, and valid holds its metrics */
    dn_metrics valid;    /**< of the averaged weights, where there is an average */
    bool best;           /**< so far, by valid */
    float learning_rate; /**< of the epoch's last step */
    double seconds;      /**< wall clock, the validation left out */
    size_t timed_images; /**< done in those seconds; fewer than images after a resume inside the epoch */
} dn_epoch;

/** What the caller wants to be told. Each may be NULL. */
typedef struct dn_callbacks {
    /**
     * After every batch; false stops training after this batch, and dn_learner_fit returns DN_OK. It may change the optimiser's
     * learning rate, from the next batch on.
     */
    bool (*batch_done)(void *self, const dn_progress *progress);
    /** After every epoch, also one that was stopped early; false stops training. */
    bool (*epoch_done)(void *self, const dn_epoch *epoch);
    void *self;
} dn_callbacks;

/** The five parts, and how they are used. Everything is borrowed. What is 0 or NULL is left out. */
typedef struct dn_learner {
    dn_context *context;
    dn_dataloader *train;
    dn_dataloader *valid;
    dn_model *model;
    dn_sgd optimiser;
    dn_loss *loss;
    dn_callbacks callbacks;
    uint64_t seed; /**< of the shuffles and of dropout */
    dn_schedule_kind schedule;
    float warmup;     /**< epochs in which the learning rate rises from 0 */
    float dropout;    /**< the share of hidden activations that are left out */
    float average;    /**< decay of the running average of the weights, per look (dn_average_update) */
    size_t patience;  /**< epochs without a better validation after which training stops */
    size_t max_steps; /**< training stops after so many steps in all, as if a callback had said so */
} dn_learner;

/** How training ended. */
typedef struct dn_fit_result {
    size_t epochs; /**< whole epochs done */
    size_t steps;  /**< gradient descent steps taken */
    bool stopped;  /**< by a callback, or at max_steps */
    bool early;    /**< by the patience */
} dn_fit_result;

/**
 * Train for a number of epochs, from the beginning.
 *
 * Effect  Changes the model: afterwards it holds the weights of the epoch that was best on the validation slice, or
 *         else their average, or else the last ones. *result tells how far it came, also after an error.
 * Errors  DN_ERR_DIVERGED naming epoch, batch and learning rate when a loss or, after an epoch, a weight is
 *         not finite (the model is then not worth keeping); those of the parts.
 */
DN_API DN_NODISCARD dn_status dn_learner_fit(dn_learner *learner, size_t epochs, dn_fit_result *result,
                                             dn_error *error);

/**
 * The learning-rate range test: train for a moment with a rate that rises from far too low to far too high, and watch the loss.
 *
 * Where the rate is too low the loss stands still; then it falls; where the rate is too high it bounces, and diverges.
 *
 * Source  Smith 2015, "Cyclical Learning Rates for Training Neural Networks", section 3.3; fastai's Learner.lr_find.
 */

/** A smoothed loss of more than so many times the lowest one has diverged. That of fastai. */
#define DN_LR_DIVERGED 4.0

/** Fewer steps don't show a curve. */
#define DN_LR_MIN_STEPS 10

/** The rates to try: each is the one before times the same factor. */
typedef struct dn_lr_range {
    float from;
    float to;
    size_t steps; /**< rates, one a mini-batch */
} dn_lr_range;

/** What came of it. */
typedef struct dn_lr_curve {
    size_t count; /**< rates that were tried, at most the range's steps */
    float *rate;  /**< [count], rising */
    float *loss;  /**< [count], of the mini-batch that the step at that rate was made from; finite */
    float *
        smoothed; /**< [count], an average of the losses up to there; one fades to 1/e in a fifth of the range */
    size_t best; /**< where the smoothed loss is lowest */
    bool
        diverged; /**< it ended early: a loss too high (DN_LR_DIVERGED) or not finite, or a weight not finite */
    bool stopped;     /**< it ended early: by the callback; there is no suggestion then */
    float suggestion; /**< a rate to train with, or 0 where there is none: dn_lr_suggest */
} dn_lr_curve;

/**
 * Run the test with a learner's data, model, loss and optimiser.
 *
 * Its schedule, validation, average and patience are left out. Its batches are those that training would see first; as many epochs as
 * the steps need. callbacks.batch_done is told of one epoch of so many batches as the range has steps, with the smoothed loss.
 *
 * Units   0 < from < to, finite; steps from DN_LR_MIN_STEPS. The same curve for any number of threads.
 * Effect  Afterwards the model has the weights that it had, and no gradient: a later training does not notice.
 * Owner   The caller frees *curve with dn_lr_curve_free; it is empty after an error.
 * Errors  DN_ERR_ARGUMENT naming from, to or steps; DN_ERR_DIVERGED when the very first loss is not finite; those of the parts.
 */
DN_API DN_NODISCARD dn_status dn_lr_find(const dn_learner *learner, const dn_lr_range *range,
                                         dn_lr_curve *curve, dn_error *error);

/** Effect: empties the struct. NULL and an empty one are allowed. */
DN_API void dn_lr_curve_free(dn_lr_curve *curve);

/**
 * The first rate at which the smoothed loss has gone four fifths of its way down, from its highest before the lowest.
 *
 * Why this rule: it was measured against the rates that train best, on MNIST and the bundled digits, with batches of 16, 64 and 256, and
 * momentum 0 and 0.9.
 *
 * - The steepest place is often one of the first, where the loss is nothing but noise.
 * - fastai's valley (0.02 to 0.05 for 784-128-10, batch 64, no momentum, where 0.5 is best) and a tenth of the rate of the lowest loss (0.05
 *   to 0.14) are too low for a short training, and the bottom is so flat that its place changes by a factor of 2 to 4 with the seed.
 * - Four fifths of the fall (there 0.29 to 0.44) are mostly within a factor of 3 of the best rate, change by less than 1.6 with the seed,
 *   and hardly at all with the number of steps. Three epochs at 0.44 reach 97.3 %, at 0.1 they reach 94.6 %.
 *
 * Shapes  The curve's rate, smoothed, count (at least 1) and best.
 * Units   0 where the loss did not fall by a tenth of its height: nothing was learnt then at any rate.
 */
DN_API float dn_lr_suggest(const dn_lr_curve *curve);

#ifdef __cplusplus
}
#endif

#endif
