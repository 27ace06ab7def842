#include "train/settings.h"

#include "core/fail.h"
#include "data/augment.h"
#include "loss/losses.h"
#include "nn/model.h"
#include "optim/schedule.h"
#include "train/mean.h"

#include "digitnet/loss.h"
#include "digitnet/nn.h"
#include "digitnet/optim.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define MAX_EPOCHS 1000000
#define MAX_IMAGES 100000000
#define MAX_REPEAT 65535

static const char *const archs[] = {"mlp", "linear", "mean", NULL};
/** The bit of dn_option.uses for each architecture, in the order of the names. */
static const unsigned arch_uses[] = {DN_USE_MLP, DN_USE_LINEAR, DN_USE_MEAN};

const char *const dn_preset_names[] = {"fast", "default", "better", "best", "tiny", NULL};

/** In the order of the names. */
static const char *const presets[] = {
    "--hidden 128 --epochs 4 --batch-size 64 --lr 0.15 --schedule one-cycle --momentum 0.9 --nesterov yes "
    "--dropout 0 --augment none --valid 0",
    "",
    "--hidden 512,256 --epochs 44 --batch-size 64 --lr 0.1 --schedule one-cycle --momentum 0.9 --nesterov "
    "yes --weight-decay 0.0001 --dropout 0 --augment elastic --strength 1 --valid 0",
    "--hidden 1000,500 --epochs 500 --batch-size 64 --lr 0.1 --schedule one-cycle --momentum 0.9 --nesterov "
    "yes --weight-decay 0.00005 --dropout 0 --augment wide --strength 1 --valid 0",
    /* As whole numbers in C (dn_export_c) it has 31,838 bytes of constants. */
    "--hidden 38,32 --epochs 120 --batch-size 128 --lr 0.1 --schedule cosine --warmup 1 --momentum 0.9 "
    "--nesterov yes --dropout 0 --augment elastic --strength 0.5 --average 0.99 --valid 0",
};

#define ROW(name, value, kind, field, minimum, maximum, choices, group, uses, help)                          \
    {                                                                                                        \
        name, value, DN_OPTION_##kind, offsetof(dn_settings, field), minimum, maximum, choices,              \
            DN_GROUP_##group, uses, help                                                                     \
    }
#define MLP DN_USE_MLP
#define NETS (DN_USE_MLP | DN_USE_LINEAR)
#define ALL (NETS | DN_USE_MEAN)
#define MEAN DN_USE_MEAN
#define FIND DN_USE_LR_FIND
#define SHOW DN_USE_SHOW
#define PACK DN_USE_PACK

/* clang-format off */
static const dn_option table[] = {
    ROW("arch",         "KIND",     CHOICE,   arch,          0, 0,                  archs,             NET,          ALL,         "mlp: a net with hidden layers; linear: a net without; mean: the mean image of each digit, the nearest of which is the answer"),
    ROW("hidden",       "WIDTHS",   WIDTHS,   hidden,        1, DN_MODEL_MAX_WIDTH, NULL,              NET,          MLP | FIND,  "widths of the hidden layers, as in 512,256"),
    ROW("epochs",       "N",        COUNT,    epochs,        1, MAX_EPOCHS,         NULL,              TRAINING,     NETS,        "passes over the training images"),
    ROW("batch-size",   "N",        COUNT,    batch_size,    1, MAX_IMAGES,         NULL,              TRAINING,     NETS | FIND, "images in a mini-batch"),
    ROW("lr",           "RATE",     RATE,     learning_rate, 0, 0,                  NULL,              TRAINING,     NETS,        "learning rate"),
    ROW("loss",         "NAME",     CHOICE,   loss,          0, 0,                  dn_loss_names,     TRAINING,     NETS | FIND, "loss function: cross_entropy; mnist (the book's, for two digits), bce, mse or l1, whose gradients are smaller: for ten digits they want a rate of 1 or more"),
    ROW("schedule",     "KIND",     CHOICE,   schedule,      0, 0,                  dn_schedule_names, TRAINING,     NETS,        "course of the learning rate: constant, linear or cosine (both fall to 0), one-cycle (rises, then falls)"),
    ROW("warmup",       "EPOCHS",   NUMBER,   warmup,        0, 0,                  NULL,              TRAINING,     NETS,        "epochs in which the learning rate rises from 0 to its schedule, as 0.5"),
    ROW("momentum",     "FRACTION", FRACTION, momentum,      0, 0,                  NULL,              TRAINING,     NETS | FIND, "fraction of the last step that is added to the next, as 0.9"),
    ROW("nesterov",     "YES|NO",   YES_NO,   nesterov,      0, 0,                  NULL,              TRAINING,     NETS | FIND, "Nesterov's momentum"),
    ROW("weight-decay", "FRACTION", FRACTION, weight_decay,  0, 0,                  NULL,              TRAINING,     NETS | FIND, "fraction of each weight that is added to its gradient, as 0.0001"),
    ROW("dropout",      "FRACTION", FRACTION, dropout,       0, 0,                  NULL,              TRAINING,     MLP | FIND,  "fraction of the hidden units that each step leaves out, as 0.2"),
    ROW("average",      "FRACTION", FRACTION, average,       0, 0,                  NULL,              TRAINING,     NETS,        "save an exponential moving average (EMA) of the weights, updated every 16 steps with this decay, as 0.99; 0 for none"),
    ROW("augment",      "KIND",     CHOICE,   augment,       0, 0,                  dn_augment_names,  AUGMENTATION, NETS | FIND,  "random changes of each image, drawn anew every epoch: none, shift, affine (shifted, turned, scaled, slanted), elastic (affine and wobbled), wide (as elastic, more of it but smoother: for long trainings), hands (slanted, stretched and wobbled more, thin and thick pens, flagged 1s, barred 7s)"),
    ROW("strength",     "FACTOR",   NUMBER,   strength,      0, 0,                  NULL,              AUGMENTATION, NETS | FIND | SHOW, "size of the changes, as a multiple of the usual"),
    ROW("patience",     "N",        COUNT,    patience,      0, MAX_EPOCHS,         NULL,              TRAINING,     NETS,        "stop after N epochs without a better held-out accuracy; 0 for never. The best epoch's weights are saved in any case"),
    ROW("classes",      "DIGITS",   CLASSES,  classes,       0, 0,                  NULL,              DATA,         ALL | FIND,  "digits to tell apart, as in 3,7"),
    ROW("metric",       "DISTANCE", CHOICE,   metric,        0, 0,                  dn_distance_names, NET,          MEAN,        "distance from the mean images: l1 or rmse"),
    ROW("seed",         "N",        COUNT,    seed,          0, UINT64_MAX,         NULL,              TRAINING,     ALL | FIND | SHOW | PACK, "seed of all random numbers: the same seed gives the same model"),
    ROW("valid",        "SLICE",    SLICE,    valid,         0, 0,                  NULL,              DATA,         NETS | FIND,  "training images to hold out, a number (1000) or a fraction (0.1), to watch the learning; 0 for none"),
    ROW("limit",        "N",        COUNT,    limit,         0, MAX_IMAGES,         NULL,              DATA,         ALL | FIND,  "use only the first N training images, of all data sets in their order; 0 for all"),
    ROW("repeat",       "FACTORS",  WIDTHS,   repeat,        1, MAX_REPEAT,         NULL,              DATA,         ALL | FIND,  "how often an epoch has the images of each --data, in their order, as in 20,1; images that are held out are not repeated"),
    ROW("calibrate",    "YES|NO",   YES_NO,   calibrate,     0, 0,                  NULL,              TRAINING,     NETS,        "fit a temperature on the held-out images at the end: where it makes probabilities better, it is saved with the model and divides the net's outputs"),
};
/* clang-format on */
#define ROWS (sizeof table / sizeof table[0])

dn_settings dn_settings_default(void)
{
    return (dn_settings){
        .arch = archs[0],
        .hidden = {.count = 1, .width = {512}},
        .epochs = 12,
        .batch_size = 64,
        .learning_rate = 0.1F,
        .loss = dn_loss_names[0],
        .schedule = "one-cycle",
        .momentum = 0.9F,
        .nesterov = true,
        .augment = "elastic",
        .strength = 1.0F,
        .classes = dn_classes_all(),
        .metric = dn_distance_names[DN_DISTANCE_L1],
        .seed = 1,
        .valid = {.is_fraction = true, .fraction = 0.05},
    };
}

const dn_option *dn_settings_options(size_t *count)
{
    *count = ROWS;
    return table;
}

const char *dn_preset_text(const char *name)
{
    size_t place;
    return dn_choose(dn_preset_names, name, "preset", &place, NULL) == DN_OK ? presets[place] : NULL;
}

/** The bit of the architecture; 0 where the name is none. */
static unsigned use_of(const dn_settings *settings)
{
    for (size_t i = 0; archs[i]; i++)
        if (settings->arch && strcmp(settings->arch, archs[i]) == 0)
            return arch_uses[i];
    return 0;
}

/** Is the setting left out of the text? No limit, no factors and no calibration are: older files do not name them. */
static bool is_left_out(const dn_option *option, const dn_settings *settings)
{
    return (option->offset == offsetof(dn_settings, limit) && settings->limit == 0) ||
           (option->offset == offsetof(dn_settings, repeat) && settings->repeat.count == 0) ||
           (option->offset == offsetof(dn_settings, calibrate) && !settings->calibrate);
}

char *dn_settings_text(const dn_settings *settings, char text[DN_SETTINGS_TEXT_SIZE])
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < ROWS && length < DN_SETTINGS_TEXT_SIZE; i++) {
        char value[DN_OPTION_TEXT_SIZE];
        if (!is_left_out(&table[i], settings))
            length += (size_t)snprintf(text + length, DN_SETTINGS_TEXT_SIZE - length, "%s--%s %s",
                                       length == 0 ? "" : " ", table[i].name,
                                       dn_option_text(&table[i], settings, value));
    }
    return text;
}

/** Cut the next word off the text, words being parted by single blanks. */
static char *next_word(char **rest)
{
    char *word = *rest;
    char *end = word + strcspn(word, " ");
    *rest = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return word;
}

static const dn_option *find_option(const char *word)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strncmp(word, "--", 2) == 0 && strcmp(word + 2, table[i].name) == 0)
            return &table[i];
    return NULL;
}

/** Set the settings that the text names and that have a meaning for the uses. */
static dn_status parse(dn_settings *settings, const char *text, unsigned uses, dn_error *error)
{
    char words[DN_SETTINGS_TEXT_SIZE];
    char *rest = words;
    if (strlen(text) >= sizeof words)
        return dn_fail(error, DN_ERR_ARGUMENT, NULL, "longer than any settings");
    memcpy(words, text, strlen(text) + 1);
    while (*rest != '\0') {
        const char *name = next_word(&rest);
        const dn_option *option = find_option(name);
        if (!option)
            return dn_fail_at(error, DN_ERR_ARGUMENT, name, "name a setting of digitnet train",
                              "there is no such option");
        const char *value = next_word(&rest);
        if ((option->uses & uses) != 0)
            DN_TRY(dn_fail_in(error, dn_option_set(option, settings, value, error), name));
    }
    return DN_OK;
}

dn_status dn_settings_parse(dn_settings *settings, const char *text, dn_error *error)
{
    return parse(settings, text, ~0U, error);
}

dn_status dn_settings_preset(dn_settings *settings, const char *name, dn_error *error)
{
    size_t place;
    DN_TRY(dn_choose(dn_preset_names, name, "preset", &place, error));
    return parse(settings, presets[place], use_of(settings), error);
}

/** Check the range of a field: a value within it reads back from its own text. */
static dn_status check_range(const dn_option *option, const dn_settings *settings, dn_error *error)
{
    char text[DN_OPTION_TEXT_SIZE];
    dn_settings copy = *settings;
    if (is_left_out(option, settings))
        return DN_OK;
    return dn_option_set(option, &copy, dn_option_text(option, settings, text), error);
}

/** The defaults of earlier versions, which their files keep also of what has no meaning for the architecture. */
static dn_settings former_default(void)
{
    dn_settings settings = dn_settings_default();
    settings.dropout = 0.3F;
    settings.augment = "none";
    return settings;
}

static bool is_same(const dn_option *option, const dn_settings *a, const dn_settings *b)
{
    char text[2][DN_OPTION_TEXT_SIZE];
    return strcmp(dn_option_text(option, a, text[0]), dn_option_text(option, b, text[1])) == 0;
}

/** Has the field a default? No held-out images are as good where none are used. */
static bool is_default(const dn_option *option, const dn_settings *settings)
{
    const dn_settings defaults[] = {dn_settings_default(), former_default()};
    if (option->kind == DN_OPTION_SLICE && !settings->valid.is_fraction && settings->valid.count == 0)
        return true;
    return is_same(option, settings, &defaults[0]) || is_same(option, settings, &defaults[1]);
}

static dn_status check_option(const dn_option *option, const dn_settings *settings, dn_error *error)
{
    DN_TRY(check_range(option, settings, error));
    if ((option->uses & use_of(settings)) != 0 || is_default(option, settings))
        return DN_OK;
    return dn_fail(error, DN_ERR_ARGUMENT, "leave it out", "it has no meaning with --arch %s",
                   settings->arch);
}

dn_status dn_settings_check(const dn_settings *settings, dn_error *error)
{
    for (size_t i = 0; i < ROWS; i++) {
        char name[DN_OPTION_NAME_SIZE];
        snprintf(name, sizeof name, "--%s", table[i].name);
        DN_TRY(dn_fail_in(error, check_option(&table[i], settings, error), name));
    }
    if (use_of(settings) == DN_USE_MEAN ||
        dn_loss_outputs(dn_loss_named(settings->loss), settings->classes.count) != 0)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--loss", "give two digits, say --classes 3,7, or another loss",
                      "%s tells two classes apart, not %zu", settings->loss, settings->classes.count);
}

size_t dn_slice_count(const dn_slice *slice, size_t count)
{
    if (slice->is_fraction)
        return (size_t)(slice->fraction * (double)count + 0.5);
    return slice->count < SIZE_MAX ? (size_t)slice->count : SIZE_MAX;
}

bool dn_settings_are_mean(const dn_settings *settings)
{
    return use_of(settings) == DN_USE_MEAN;
}

dn_schedule_kind dn_settings_schedule(const dn_settings *settings)
{
    size_t kind = 0;
    while (strcmp(dn_schedule_names[kind], settings->schedule) != 0)
        kind++;
    return (dn_schedule_kind)kind;
}

dn_status dn_settings_augment(const dn_settings *settings, dn_augment *augment, dn_error *error)
{
    DN_TRY(dn_augment_named(settings->augment, augment, error));
    augment->shift *= settings->strength;
    augment->rotation *= settings->strength;
    augment->scale *= settings->strength;
    augment->shear *= settings->strength;
    augment->elastic_alpha *= settings->strength;
    augment->pen *= settings->strength;
    return DN_OK;
}

void dn_settings_take_model(dn_settings *settings, const dn_classifier *classifier)
{
    const dn_model *model = classifier->model;
    const size_t layers = dn_model_layers(model);
    settings->arch = archs[layers == 1 ? 1 : 0];
    settings->classes = classifier->classes;
    if (layers > 1)
        settings->hidden.count = layers - 1;
    for (size_t i = 1; i < layers; i++)
        settings->hidden.width[i - 1] = dn_model_width(model, i);
}

size_t dn_settings_widths(const dn_settings *settings, size_t widths[DN_SETTINGS_MAX_WIDTHS])
{
    size_t count = 0;
    widths[count++] = DN_DIGIT_PIXELS;
    for (size_t i = 0; i < settings->hidden.count && use_of(settings) == DN_USE_MLP; i++)
        widths[count++] = settings->hidden.width[i];
    widths[count++] = dn_loss_outputs(dn_loss_named(settings->loss), settings->classes.count);
    return count;
}

char *dn_settings_difference(const dn_settings *a, const dn_settings *b, char text[DN_SETTINGS_TEXT_SIZE])
{
    for (size_t i = 0; i < ROWS; i++) {
        char value[DN_OPTION_TEXT_SIZE];
        if (is_same(&table[i], a, b))
            continue;
        if (is_left_out(&table[i], a))
            snprintf(text, DN_SETTINGS_TEXT_SIZE, "without --%s", table[i].name);
        else
            snprintf(text, DN_SETTINGS_TEXT_SIZE, "with --%s %s", table[i].name,
                     dn_option_text(&table[i], a, value));
        return text;
    }
    return NULL;
}
