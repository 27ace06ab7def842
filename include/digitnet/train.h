/**
 * The classifier, its metrics and its file; the learner; the learning-rate range test.
 */
#ifndef DIGITNET_TRAIN_H
#define DIGITNET_TRAIN_H

#include "digitnet/data.h"
#include "digitnet/io.h"
#include "digitnet/loss.h"
#include "digitnet/nn.h"
#include "digitnet/optim.h"
#include "digitnet/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The baseline before any net: pixel similarity. The answer is the class whose mean image is nearest.
 *
 * Source  "Training a Digit Classifier", first try: mean3, mean7, and the distance of an image from both.
 */

/** How far an image is from a mean image. */
typedef enum dn_distance {
    DN_DISTANCE_L1,  /**< the mean of the absolute differences */
    DN_DISTANCE_RMSE /**< the root of the mean of the squared differences */
} dn_distance;

typedef struct dn_mean_images {
    dn_distance distance;
    dn_tensor images; /**< [classes, pixels] */
} dn_mean_images;

/**
 * Take the mean image of each class.
 *
 * Effect  Rewinds the loader and reads it once. Sums in double precision, one image after the other: the batch size changes no bit.
 * Owner   The caller frees mean->images with dn_tensor_free, or gives *mean to a classifier. Empty after an error.
 * Errors  DN_ERR_ARGUMENT for a label that is no class, and naming a class without an image; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_mean_images_learn(dn_mean_images *mean, dn_distance distance, size_t classes,
                                                   dn_context *context, dn_dataloader *loader,
                                                   dn_error *error);

/**
 * A classifier: a net or mean images, and the digits that its classes stand for.
 *
 * It gives each class a score. The softmax of the scores are the probabilities. The scores are
 *
 * - the logits, of a net with one output a class;
 * - the logit and 0, of a net with one output for two classes: the probabilities are sigmoid(logit) and 1 - sigmoid(logit);
 * - minus the distance, times DN_DISTANCE_SHARPNESS, of mean images.
 */

/**
 * A mean image that is nearer by 1 / 100 (of full ink, a pixel) is e times as probable. Of 25, 50, 100 and 200 it gives the lowest
 * cross entropy on MNIST, for both distances.
 */
#define DN_DISTANCE_SHARPNESS 100.0F

/**
 * Start from {0}, and set classes and either model or mean.
 *
 * Source  Guo, Pleiss, Sun and Weinberger 2017, On Calibration of Modern Neural Networks: the temperature.
 */
typedef struct dn_classifier {
    dn_classes classes;
    dn_model *model;     /**< the net; NULL where the classifier is mean images */
    dn_mean_images mean; /**< the mean images; empty where the classifier is a net */
    float temperature;   /**< divides the scores; 0: 1 */
    dn_tensor scores;    /**< memory for the scores, [rows, classes] */
} dn_classifier;

/** Free the net, the mean images and the scores, and empty the struct. NULL and an empty one are allowed. */
DN_API void dn_classifier_free(dn_classifier *classifier);

/** The architecture of mean images, and the name of their only tensor in a model file. */
#define DN_MEAN_NAME "mean"
/** Write "784-128-10", or "mean", and hand text back. */
DN_API char *dn_classifier_architecture(const dn_classifier *classifier, char text[DN_ARCHITECTURE_SIZE]);

/**
 * Score a batch of images.
 *
 * Shapes  x [N, pixels]; *scores becomes a view [N, classes] of the classifier's memory, valid until the next call. The caller may
 *         overwrite it: dn_softmax(scores, scores) makes it probabilities.
 * Errors  DN_ERR_SHAPE, also when the number of outputs does not suit the classes; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_classifier_scores(dn_context *context, dn_classifier *classifier,
                                                   const dn_matrix *x, dn_tensor *scores, dn_error *error);

/** The class with the highest score in one row of scores [N, classes]; the first of several equal ones. */
DN_API size_t dn_classifier_answer(const dn_tensor *scores, size_t row);

/**
 * A classifier as a safetensors file: its tensors, and metadata that say what they are.
 *
 * A net's tensors are named as PyTorch's nn.Sequential names them, 0.weight, 0.bias, 2.weight, ...; mean images are one tensor,
 * "mean" [classes, 784].
 *
 * Metadata keys: format ("digitnet"), format_version, architecture ("784-128-10", or "mean"), metric (of mean images: "l1" or "rmse"),
 * input (the meaning of the pixels), classes ("3,7": the digits that the classes stand for), temperature (where there is one: it divides
 * the net's outputs, for better probabilities), and those that the caller adds: arguments, seed, data_sha256, accuracies.
 */

/**
 * Write a classifier.
 *
 * Units   extra: metadata to add, may be NULL when extra_count is 0.
 * Errors  DN_ERR_FILE; DN_ERR_ARGUMENT, and nothing is written, for a weight that is not finite or a key that is
 *         taken; DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_classifier_write(const char *path, const dn_classifier *classifier,
                                                  const dn_metadata *extra, size_t extra_count,
                                                  dn_error *error);

/**
 * Read and check a classifier: the format and its version, the classes, and tensor names and shapes that make mean images, or a stack of
 * layers from 784 inputs to one output a class, or to one output for two classes. The architecture in digitnet's metadata must be that of the
 * tensors. A file without digitnet's metadata is read as a net of the ten digits when its tensors fit (for example one that PyTorch wrote).
 *
 * Owner   The caller frees *classifier with dn_classifier_free, *archive (the metadata; may be NULL when it is not wanted) with
 *         dn_archive_free. Both are empty after an error.
 * Errors  DN_ERR_FILE; DN_ERR_FORMAT with the tensor or key, the value found and the value expected, and for a newer version by name;
 *         DN_ERR_MEMORY.
 */
DN_API DN_NODISCARD dn_status dn_classifier_read(const char *path, dn_classifier *classifier,
                                                 dn_archive *archive, dn_error *error);

/**
 * The metrics of a classifier: its accuracy with an uncertainty, the confusion of its classes, and the distance of its probabilities
 * from the labels.
 */

/** A good batch size for measuring. */
#define DN_MEASURE_BATCH 512

typedef struct dn_metrics {
    size_t count;
    size_t correct;
    size_t classes;
    double loss; /**< mean cross entropy, in nats; of dn_epoch.valid the mean of the learner's loss */
    double l1;   /**< mean |probability - one-hot target|, over all classes */
    double rmse; /**< root of the mean squared difference of the two */
    size_t
        ranks[DN_DIGIT_CLASSES]; /**< [r]: examples for which r classes were more probable than the label */
    size_t confusion[DN_DIGIT_CLASSES][DN_DIGIT_CLASSES]; /**< [label][prediction] */
} dn_metrics;

/**
 * Measure a classifier.
 *
 * Effect  Rewinds the loader and reads it once.
 * Errors  Those of dn_classifier_scores; DN_ERR_ARGUMENT for a label that is no class; DN_ERR_FORMAT when the loss is not a finite
 *         number, because the weights are too large.
 */
DN_API DN_NODISCARD dn_status dn_classifier_measure(dn_context *context, dn_classifier *classifier,
                                                    dn_dataloader *loader, dn_metrics *metrics,
                                                    dn_error *error);

/** The fraction of the examples whose answer is right, 0 to 1. */
DN_API double dn_metrics_accuracy(const dn_metrics *metrics);

/** The fraction of the examples whose answer is wrong, 0 to 1. */
DN_API double dn_metrics_error(const dn_metrics *metrics);

/** One standard error of the accuracy, 0 to 1: sqrt(p (1 - p) / n). */
DN_API double dn_metrics_uncertainty(const dn_metrics *metrics);

/** The fraction of the examples whose label is among the k most probable classes, 0 to 1. */
DN_API double dn_metrics_top(const dn_metrics *metrics, size_t k);

/** Of the examples that were taken for a class, the fraction that are of it; NaN where none was. class < classes. */
DN_API double dn_metrics_precision(const dn_metrics *metrics, size_t class_index);

/** Of the examples of a class, the fraction that were taken for it; NaN where there is none. */
DN_API double dn_metrics_recall(const dn_metrics *metrics, size_t class_index);

/**
 * The wrong answers with the highest loss: they show what the classifier does not know, or labels that are wrong.
 *
 * Source  "Training a Digit Classifier" and its sequel: ClassificationInterpretation.plot_top_losses.
 */

/** An answer, wrong or right. */
typedef struct dn_mistake {
    size_t index;      /**< the example's place in the loader's order before any shuffle */
    size_t label;      /**< a class */
    size_t prediction; /**< the answer: another class where it is wrong */
    float probability; /**< of the prediction */
    float label_probability;
    float loss; /**< -log of the label's probability, in nats */
} dn_mistake;

/**
 * Measure a classifier by several views of each image (dn_answer_images), and keep the answer to each.
 *
 * Shapes  outcomes: as many as the loader has examples, outcome i is of example i; or NULL.
 * Units   views from 1 to DN_MOST_VIEWS; 1 is dn_classifier_measure. With more views, use smaller batches.
 * Errors  As dn_classifier_measure; DN_ERR_ARGUMENT for the views; DN_ERR_SHAPE for several views of images that are not 28 x 28.
 */
DN_API DN_NODISCARD dn_status dn_outcomes_collect(dn_context *context, dn_classifier *classifier,
                                                  dn_dataloader *loader, size_t views, dn_metrics *metrics,
                                                  dn_mistake *outcomes, dn_error *error);

/**
 * Find the worst mistakes among the answers to images.
 *
 * Shapes  outcomes [outcome_count]; worst [capacity]; *count becomes the number of mistakes in it. The highest loss comes first; of equal
 *         losses the lower index.
 */
DN_API void dn_mistakes_worst(const dn_mistake *outcomes, size_t outcome_count, dn_mistake *worst,
                              size_t capacity, size_t *count);

/**
 * The learner: data, model, optimiser, loss and metrics, and the loop that runs them.
 *
 * Source  "Training a Digit Classifier": Learner(dls, model, opt_func, loss_func, metrics).
 */

/**
 * The training state: everything beside the model that the next step depends on, and the best weights so far.
 *
 * A checkpoint holds the training state, the model's weights and the settings.
 */
typedef struct dn_training {
    size_t epochs;     /**< whole epochs done */
    size_t batches;    /**< done in the epoch after those */
    size_t steps;      /**< gradient descent steps taken in all */
    size_t images;     /**< in the batches done in that epoch */
    double loss_sum;   /**< of the losses of these images */
    double last_loss;  /**< mean over the last whole epoch */
    size_t best_epoch; /**< the epoch of the weights in `best`, from 1; 0 before the first */
    double best_accuracy;
    double best_loss;
    dn_weights velocity; /**< the optimiser's; empty without momentum */
    dn_weights average;  /**< the exponential moving average (EMA) of the weights; empty without one */
    dn_weights best;     /**< the best weights by the validation slice; empty without one */
} dn_training;

/** Progress of an epoch. */
typedef struct dn_progress {
    size_t epoch; /**< from 1 */
    size_t epochs;
    size_t batch;     /**< done in this epoch */
    size_t batches;   /**< in an epoch */
    size_t images;    /**< done in this epoch */
    double loss;      /**< mean over this epoch so far */
    float batch_loss; /**< mean over the last batch, before its step */
} dn_progress;

/** An epoch that ended. */
typedef struct dn_epoch {
    size_t epoch; /**< from 1 */
    size_t epochs;
    size_t images;
    double train_loss;   /**< mean over the epoch's batches, each weighted by its size */
    bool validated;      /**< there is a validation slice, the epoch is whole, and valid holds its metrics */
    dn_metrics valid;    /**< of the averaged weights, where there is an average */
    bool best;           /**< the best epoch so far, by valid */
    float learning_rate; /**< of the epoch's last step */
    double seconds;      /**< wall clock, the validation left out */
    size_t timed_images; /**< images of these seconds; fewer than images after a resume inside the epoch */
} dn_epoch;

/** Functions that the learner calls. Each may be NULL. */
typedef struct dn_callbacks {
    /**
     * After every batch; false stops training after this batch, and dn_learner_fit returns DN_OK.
     */
    bool (*batch_done)(void *self, const dn_progress *progress);
    /** After every epoch, also one that was stopped early; false stops training. */
    bool (*epoch_done)(void *self, const dn_epoch *epoch);
    void *self;
} dn_callbacks;

/** The five parts and their settings. Everything is borrowed. A part that is NULL and a setting that is 0 are not used. */
typedef struct dn_learner {
    dn_context *context;
    dn_dataloader *train;
    dn_dataloader *valid;
    dn_model *model;
    dn_sgd optimiser;
    dn_loss *loss;
    dn_callbacks callbacks;
    uint64_t seed;        /**< of the shuffles and of dropout */
    dn_schedule schedule; /**< of the learning rate; 0 steps stand for those of all epochs */
    float dropout;        /**< the fraction of the hidden activations that are left out */
    float average;        /**< decay of the moving average of the weights at each update (dn_ema_update) */
    size_t patience;      /**< epochs without a better validation after which training stops */
    size_t max_steps; /**< training stops after so many steps in all, as if a callback had returned false */
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
 *         else their average, or else the last ones. *result is set also after an error.
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

/** Training has diverged when the smoothed loss is above this multiple of the lowest one. It is fastai's multiple. */
#define DN_LR_DIVERGED 4.0

/** The fewest steps that show a curve. */
#define DN_LR_MIN_STEPS 10

/** The rates to try: each is the rate before it, times a constant factor. */
typedef struct dn_lr_range {
    float from;
    float to;
    size_t steps; /**< rates, one a mini-batch */
} dn_lr_range;

/** The result of the test. */
typedef struct dn_lr_curve {
    size_t count; /**< rates that were tried, at most the range's steps */
    float *rate;  /**< [count], rising */
    float *loss;  /**< [count], of the mini-batch of that step; finite */
    /** [count], a moving average of the losses: the weight of a loss falls to 1/e in a fifth of the range. */
    float *smoothed;
    size_t best; /**< the index of the lowest smoothed loss */
    /** The test ended early: a loss was too high (DN_LR_DIVERGED), or a loss or a weight was not finite. */
    bool diverged;
    bool stopped;     /**< the callback ended the test early; there is no suggestion then */
    float suggestion; /**< a rate to train with, or 0 where there is none: dn_lr_suggest */
} dn_lr_curve;

/**
 * Run the test with a learner's data, model, loss and optimiser.
 *
 * Its schedule, validation, average and patience are not used. The batches are those that training would see first, from as many epochs
 * as the steps need. callbacks.batch_done is called with the smoothed loss, and as if all steps were batches of one epoch.
 *
 * Units   0 < from < to, finite; steps from DN_LR_MIN_STEPS. The same curve for any number of threads.
 * Effect  Afterwards the model has its former weights and no gradient: a later training gives the same result.
 * Owner   The caller frees *curve with dn_lr_curve_free; it is empty after an error.
 * Errors  DN_ERR_ARGUMENT naming from, to or steps; DN_ERR_DIVERGED when the very first loss is not finite; those of the parts.
 */
DN_API DN_NODISCARD dn_status dn_lr_find(const dn_learner *learner, const dn_lr_range *range,
                                         dn_lr_curve *curve, dn_error *error);

/** Effect: empties the struct. NULL and an empty one are allowed. */
DN_API void dn_lr_curve_free(dn_lr_curve *curve);

/**
 * The first rate at which the smoothed loss has fallen by four fifths of the difference between its highest value and its lowest one,
 * which comes later.
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
 * Units   0 where the loss fell by less than a tenth of its highest value: nothing was learnt then at any rate.
 */
DN_API float dn_lr_suggest(const dn_lr_curve *curve);

/**
 * Answers: the digit that an image or a picture shows, its probability, and a verdict.
 *
 * An image is scored in several views, each moved a little; the probabilities are the means over the views. A picture is read under
 * two hypotheses, dark ink and bright ink; the classifier's probability and the evidence of the picture decide between them.
 *
 * Source  Ciresan, Meier and Schmidhuber 2012, Multi-column deep neural networks: averaging over distorted inputs.
 */

/** The most views of an image. The first view is the image as it is; further ones are small shifts, rotations, scales and shears. */
#define DN_MOST_VIEWS 16
/** Enough views for a picture. */
#define DN_PICTURE_VIEWS 10

typedef enum dn_verdict {
    DN_VERDICT_DIGIT,   /**< one digit */
    DN_VERDICT_UNSURE,  /**< one digit, and the answer may well be wrong */
    DN_VERDICT_SEVERAL, /**< several digits: the answer is one of them */
    DN_VERDICT_NONE     /**< no digit: nothing else is set */
} dn_verdict;

typedef struct dn_answer {
    dn_verdict verdict;
    float probability[DN_DIGIT_CLASSES]; /**< of each digit; 0 of one that the classifier does not know */
    size_t ranking[DN_DIGIT_CLASSES];    /**< the known digits from the most probable down */
    size_t known;
    float agreement;                 /**< the fraction of the views that give the same digit */
    bool inverted;                   /**< the picture has dark ink on light paper */
    dn_rectangle box;                /**< around the digit, inside the picture */
    uint8_t pixels[DN_DIGIT_PIXELS]; /**< the image that the classifier scored */
} dn_answer;

/** Every digit of a picture, row by row, each from left to right. */
typedef struct dn_page {
    dn_answer *answers;
    size_t count;
} dn_page;

/**
 * Answer 28 x 28 images as they are.
 *
 * Shapes  images [count][28 * 28]; answers [count], the whole image is the box.
 * Units   views from 1 to DN_MOST_VIEWS.
 * Effect  The verdict is DN_VERDICT_DIGIT or DN_VERDICT_UNSURE. context may be NULL.
 * Errors  DN_ERR_ARGUMENT for the views; DN_ERR_FORMAT when the classifier's scores are no finite numbers; those of
 *         dn_classifier_scores.
 */
DN_API DN_NODISCARD dn_status dn_answer_images(dn_context *context, dn_classifier *classifier,
                                               const uint8_t *images, size_t count, size_t views,
                                               dn_answer *answers, dn_error *error);

/**
 * Read the one digit that a picture shows.
 *
 * Shapes  picture as in dn_prepare_digit.
 * Effect  A picture without a digit is no error: its verdict is DN_VERDICT_NONE.
 * Errors  Those of dn_answer_images; DN_ERR_SHAPE.
 */
DN_API DN_NODISCARD dn_status dn_answer_picture(dn_context *context, dn_classifier *classifier,
                                                const dn_picture *picture, size_t views, dn_answer *answer,
                                                dn_error *error);

/**
 * Read several pictures together: the same answers, byte for byte, in less time; the context's threads share the work.
 *
 * Shapes  pictures [count]; answers [count].
 * Errors  Those of dn_answer_picture.
 */
DN_API DN_NODISCARD dn_status dn_answer_pictures(dn_context *context, dn_classifier *classifier,
                                                 const dn_picture *pictures, size_t count, size_t views,
                                                 dn_answer *answers, dn_error *error);

/**
 * Read every digit of a picture, in reading order.
 *
 * Effect  As dn_answer_picture; each verdict is DN_VERDICT_DIGIT or DN_VERDICT_UNSURE. A picture without a digit has none.
 * Owner   The caller frees with dn_page_free. Empty after an error.
 */
DN_API DN_NODISCARD dn_status dn_answer_page(dn_context *context, dn_classifier *classifier,
                                             const dn_picture *picture, size_t views, dn_page *page,
                                             dn_error *error);

DN_API void dn_page_free(dn_page *page);

#ifdef __cplusplus
}
#endif

#endif
