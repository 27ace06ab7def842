#include "core/fail.h"
#include "data/dataset.h"

#include "digitnet/data.h"

#include <stdbool.h>

/** A fault of images is reported when more than one in this many has it. */
#define SELDOM 10
/** The brightest pixel of sets with pixels of 0 to 1, or of 0 to 15 or 16 as in some sets of small digits. */
#define DIM 16

/** Measures of one image. */
typedef struct image_summary {
    uint8_t darkest;
    uint8_t brightest;
    size_t border; /**< the sum of the pixels of the border */
    size_t border_count;
    size_t inside; /**< of all others */
    size_t inside_count;
} image_summary;

static image_summary summarise(const dn_dataset *dataset, size_t index)
{
    const size_t height = dataset->height;
    const size_t width = dataset->width;
    const uint8_t *image = dn_dataset_image(dataset, index);
    const uint8_t *last_row = image + (height - 1) * width;
    image_summary seen = {.darkest = UINT8_MAX, .border_count = height * width};
    size_t sum = 0;
    for (size_t i = 0; i < height * width; i++) { /* a loop that compilers turn into vector code */
        sum += image[i];
        seen.darkest = image[i] < seen.darkest ? image[i] : seen.darkest;
        seen.brightest = image[i] > seen.brightest ? image[i] : seen.brightest;
    }
    seen.border = sum;
    if (height < 3 || width < 3)
        return seen;
    seen.border = 0;
    seen.border_count = 2 * (height + width) - 4;
    for (size_t x = 0; x < width; x++)
        seen.border += (size_t)image[x] + last_row[x];
    for (size_t y = 1; y < height - 1; y++)
        seen.border += (size_t)image[y * width] + image[y * width + width - 1];
    seen.inside = sum - seen.border;
    seen.inside_count = height * width - seen.border_count;
    return seen;
}

static bool is_blank(const image_summary *seen)
{
    return seen->darkest == seen->brightest;
}

/** Is the border bright like paper, the inside darker, and a pixel at most half as bright? MNIST's borders are 0, those of noise grey. */
static bool is_dark_on_light(const image_summary *seen)
{
    const size_t brightest = seen->brightest;
    return seen->inside_count != 0 && 4 * seen->border > 3 * brightest * seen->border_count &&
           seen->inside * seen->border_count < seen->border * seen->inside_count &&
           seen->darkest <= brightest / 2;
}

static bool has_one_label(const dn_dataset *dataset)
{
    size_t same = 1;
    while (same < dataset->count && dataset->labels[same] == dataset->labels[0])
        same++;
    return dataset->count > 1 && same == dataset->count;
}

size_t dn_dataset_doubts(const dn_dataset *dataset, bool alone, dn_error doubts[DN_MAX_DOUBTS])
{
    size_t found = 0;
    size_t blank = 0;
    size_t dark_on_light = 0;
    uint8_t brightest = 0;
    for (size_t i = 0; i < dataset->count; i++) {
        const image_summary seen = summarise(dataset, i);
        brightest = seen.brightest > brightest ? seen.brightest : brightest;
        blank += is_blank(&seen);
        dark_on_light += is_dark_on_light(&seen);
    }
    if (dataset->transposed)
        dn_fail(&doubts[found++], DN_ERR_FORMAT, "transpose each image, or train on MNIST",
                "EMNIST stores them transposed, and a model of them misreads upright digits");
    if (brightest != 0 && brightest <= DIM)
        dn_fail(&doubts[found++], DN_ERR_FORMAT, "multiply the pixels, so that full ink is 255",
                "their brightest pixel is %u of 255, and predict gives a model ink of 255", brightest);
    if (dark_on_light > dataset->count / SELDOM)
        dn_fail(&doubts[found++], DN_ERR_FORMAT, "invert the pixels, so that paper is 0 and ink 255",
                "%zu of %zu are dark ink on light paper, and predict gives a model bright ink on dark",
                dark_on_light, dataset->count);
    if (blank > dataset->count / SELDOM)
        dn_fail(&doubts[found++], DN_ERR_FORMAT, "look at them with digitnet show",
                "%zu of %zu are blank, all pixels the same", blank, dataset->count);
    if (alone && has_one_label(dataset))
        dn_fail(&doubts[found++], DN_ERR_FORMAT, "give images of two digits or more",
                "every label is %u, so that there is nothing to tell apart", dataset->labels[0]);
    return found;
}
