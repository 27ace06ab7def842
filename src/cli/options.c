/** The table of commands, and the table of the options that are no settings. */
#include "cli/command.h"

#include "cli/sources.h"
#include "core/pool.h"
#include "data/augment.h"

#include "digitnet/export.h"
#include "digitnet/train.h"

#include <stddef.h>

#define MAX_STEPS 1000000

/* clang-format off */
const cli_command cli_commands[CLI_COMMANDS] = {
    [CLI_TRAIN] = {"train", "learn from a folder of IDX (MNIST) files and save the model",
        "Learns from a folder of IDX (MNIST) files, measures the model on the test images, and saves it. Ctrl-C ends training early and "
        "saves what was learnt so far; with --checkpoint, --resume goes on from there.",
        NULL, 0, 0},
    [CLI_LR_FIND] = {"lr-find", "find a learning rate to train with",
        "Finds a learning rate: trains for a moment with a rate that rises from far too low to far too high, draws how the loss falls and "
        "then bounces or diverges, and suggests a rate for train. Nothing is saved.",
        NULL, 0, 0},
    [CLI_EVALUATE] = {"evaluate", "measure a model on the test images",
        "Measures a model on the test images: its accuracy with one standard error, the distance of its probabilities from the labels (L1 "
        "and RMSE), each digit's precision and recall, and which digits are taken for which. The calibration error is the expected one over 15 bins. A model of some digits is measured on their "
        "images alone.",
        NULL, 0, 0},
    [CLI_PREDICT] = {"predict", "say which digit a picture shows",
        "Says which digit each picture shows, one line a picture: path, digit and probability, with tabs between. PICTURE is a PNG, PGM, PBM or "
        "PPM file of any size, or - for standard input. A file may hold several pictures one after the other: the second of PATH is called "
        "PATH:2, and with --json has \"picture\":2 beside its path. Desk, shadows, ruled lines and frames are removed; the digit is prepared "
        "as MNIST's were: bright ink, scaled into 20 x 20, with its centre of mass in the middle of 28 x 28. A note says where the answer "
        "is unsure, and where there are several digits: with --all, each has its line, in reading order, with its box (x, y, width, height "
        "in pixels) behind it. A picture without a digit is an error (exit code 3). The probability is the mean over the views of the "
        "softmax of a net's outputs, or of the sigmoid of its only one; where the model is mean images, of the softmax of -100 times the distances.",
        "PICTURE...", 1, SIZE_MAX},
    [CLI_EXPORT] = {"export", "write a net in a form that other programs use",
        "Writes a net in a form that other programs use. c is a C header that needs no library and no file: its function takes 28 x 28 "
        "pixels and gives the digit and, bit for bit, the net's own outputs. With --int8 it computes in whole numbers and has a quarter of "
        "the size, for small processors. onnx is a file for ONNX Runtime and its like. html is a page to draw on, one file that a browser opens "
        "from disk: it reads what is drawn, or a picture dropped on it, with the same numbers. Mean images are no net: html alone takes them.",
        NULL, 0, 0},
    [CLI_REPORT] = {"report", "show what a model learnt, as a page for the browser",
        "Shows what a model learnt, in one HTML file that needs no network: its accuracy on the test images, the curves of the logs that train "
        "--log wrote, which digits are taken for which, with their images, the worst mistakes, how far its probabilities can be trusted, the "
        "weights of its strongest units, and how it was made. The numbers are those of digitnet evaluate. Several LOGs are drawn into the same "
        "charts.",
        "[LOG]...", 0, DN_REPORT_MAX_LOGS},
    [CLI_INFO] = {"info", "describe a model, a checkpoint, an IDX file or a picture",
        "Describes each file: a model's layers, parameters and metadata, a checkpoint's tensors and metadata, an IDX file's extents, a "
        "picture's size. Each file is read whole and checked; - is standard input.",
        "FILE...", 1, SIZE_MAX},
    [CLI_SHOW] = {"show", "draw the images of an IDX file, or a picture, or write them as PNG",
        "Draws images in the terminal: those of an IDX file, with their labels where the labels file lies beside it, or a PNG, PGM, PBM or PPM "
        "picture; - is standard input. With --augment, each image is drawn as the first epochs of training see it, too. With --to-png, the images of an "
        "IDX file become PNG files, which pack reads.",
        "FILE", 1, 1},
    [CLI_PACK] = {"pack", "make a data set of your own pictures, for train and evaluate",
        "Makes the four IDX files of a data set. SOURCE is a folder that has a folder of pictures for each digit, 0 to 9, or files named with "
        "the digit first, as 3_aunt.png; one such file; with --labels a sheet, a picture of a grid of digits; a CSV as Kaggle's (label, then "
        "784 pixels, with or without a header); or an IDX file of images beside its labels. Each picture is prepared as predict does it. "
        "Images of a CSV or an IDX file are taken as they are. A file that is no picture, or shows no digit, is refused; --list says why. Files "
        "of a folder come in the order of the bytes of their names behind the digit; names that begin with a dot are not looked at. All files are "
        "written, or none.",
        "SOURCE...", 1, SIZE_MAX},
    [CLI_VERIFY] = {"verify", "train a model again, and compare the two byte by byte",
        "Trains a model again from its metadata (data, settings, seed, steps), and compares the two byte by byte. Nothing is written. It "
        "takes as long as training did. Where no MODEL is named, it is " CLI_MODEL_NAME ", else the bundled one. Exit code: 0 when the bytes "
        "are the same, 1 when they differ (the first weight that differs is named), 3 when the model can't be made again here: digitnet did "
        "not write it, or it was made from other data.",
        "[MODEL]", 0, 1},
};

const char *const cli_group_names[DN_GROUPS] = {"Data", "Net", "Training", "Augmentation", "Files", "Output"};

const cli_exit_meaning cli_exit_meanings[CLI_EXIT_MEANINGS] = {
    {"0", "Success."},
    {"1", "A file is missing or can't be written, memory is short, training diverged, or verify found a difference."},
    {"2", "An option or a value is wrong."},
    {"3", "A data file, picture or model is not what it should be."},
    {"128+N", "Signal N ended the run; train saved what was learnt so far."},
};

#define TRAIN (1U << CLI_TRAIN)
#define LR_FIND (1U << CLI_LR_FIND)
#define EVALUATE (1U << CLI_EVALUATE)
#define PREDICT (1U << CLI_PREDICT)
#define EXPORT (1U << CLI_EXPORT)
#define REPORT (1U << CLI_REPORT)
#define INFO (1U << CLI_INFO)
#define SHOW (1U << CLI_SHOW)
#define PACK (1U << CLI_PACK)
#define VERIFY (1U << CLI_VERIFY)
#define RUNS (TRAIN | LR_FIND | EVALUATE | VERIFY)

#define ROW(name, value, kind, field, minimum, maximum, choices, group, commands, help) \
    {name, value, DN_OPTION_##kind, offsetof(cli_options, field), minimum, maximum, choices, DN_GROUP_##group, commands, help}

static const dn_option table[] = {
    ROW("data",       "DIR",   TEXTS,  data,       0, 0,                   NULL,            DATA,   RUNS | REPORT,           "folder of the IDX files, plain or .gz, or a folder that holds theirs, such as torchvision's root; given several times, the sets are joined [$DIGITNET_DATA, else data/mnist, else the bundled digits]"),
    ROW("start",      "I",     COUNT,  start,      0, UINT32_MAX,          NULL,            DATA,   SHOW,                    "first image of an IDX file to draw, from 0"),
    ROW("count",      "N",     COUNT,  count,      1, UINT32_MAX,          NULL,            DATA,   SHOW,                    "number of images to draw [8; with --to-png all]"),
    ROW("labels",     "DIGITS", TEXT,  labels,     0, 0,                   NULL,            DATA,   PACK,                    "take each picture for a sheet, a grid of digits, whose columns, or else rows, have these labels, as 0123456789"),
    ROW("transpose",  NULL,    FLAG,   transpose,  0, 0,                   NULL,            DATA,   PACK,                    "exchange rows and columns of each image, as EMNIST's want it"),
    ROW("test",       "SLICE", SLICE,  test,       0, 0,                   NULL,            DATA,   PACK,                    "images to test with, a number (10) or a fraction (0.1), drawn by the seed class by class; 0 for no test files"),
    ROW("from",       "RATE",  RATE,   from,       0, 0,                   NULL,            TRAINING, LR_FIND,               "first and lowest learning rate"),
    ROW("to",         "RATE",  RATE,   to,         0, 0,                   NULL,            TRAINING, LR_FIND,               "last and highest learning rate"),
    ROW("steps",      "N",     COUNT,  steps,      DN_LR_MIN_STEPS, MAX_STEPS, NULL,        TRAINING, LR_FIND,               "number of rates to try, one a mini-batch"),
    ROW("augment",    "KIND",  CHOICE, show_augment, 0, 0,                 dn_augment_names, AUGMENTATION, SHOW,              "draw each image with the random changes of train --augment, too, as the first epochs see it: none, shift, affine, elastic, wide or hands"),
    ROW("preset",     "NAME",  CHOICE, preset,     0, 0,                   dn_preset_names, TRAINING, TRAIN,                 "tested settings, overridden by single options; their list is at the end"),
    ROW("threads",    "N",     COUNT,  threads,    1, DN_POOL_MAX_THREADS, NULL,            TRAINING, RUNS | REPORT,         "threads to use at most; results do not depend on their number [one a processor]"),
    ROW("to",         "FORM",  CHOICE, form,       0, 0,                   cli_export_forms, OUTPUT, EXPORT,                "form of the file: c, onnx or html"),
    ROW("int8",       NULL,    FLAG,   int8,       0, 0,                   NULL,            OUTPUT, EXPORT,                  "with c and html: compute in whole numbers, with weights of 8 bits"),
    ROW("name",       "NAME",  TEXT,   name,       0, 0,                   NULL,            OUTPUT, EXPORT,                  "with c: what the header's names begin with [" DN_EXPORT_NAME "]"),
    ROW("model",      "FILE",  TEXT,   model,      0, 0,                   NULL,            FILES,  EVALUATE | PREDICT | EXPORT | REPORT | PACK, "model [" CLI_MODEL_NAME ", else the bundled one]"),
    ROW("output",     "MODEL", TEXT,   output,     0, 0,                   NULL,            FILES,  TRAIN,                   "file to save the model in; - is standard output"),
    ROW("output",     "FILE",  TEXT,   export_output, 0, 0,                NULL,            FILES,  EXPORT,                  "file to write; - is standard output [the model's name with another ending]"),
    ROW("output",     "FILE",  TEXT,   report_output, 0, 0,                NULL,            FILES,  REPORT,                  "file to write; - is standard output"),
    ROW("output",     "DIR",   TEXT,   pack_output, 0, 0,                  NULL,            FILES,  PACK,                    "folder to write the IDX files to; it is made where it is missing"),
    ROW("list",       "FILE",  TEXT,   list,       0, 0,                   NULL,            FILES,  PACK,                    "file for one JSON object a picture: path, and digit, set and index, or why it was refused; - is standard output"),
    ROW("to-png",     "DIR",   TEXT,   to_png,     0, 0,                   NULL,            FILES,  SHOW,                    "write the images as PNG files, LABEL_INDEX.png, to a folder that is new or empty, instead of drawing them"),
    ROW("log",        "FILE",  TEXT,   log,        0, 0,                   NULL,            FILES,  REPORT,                  "log that train --log wrote; further ones as arguments"),
    ROW("log",        "FILE",  TEXT,   log,        0, 0,                   NULL,            FILES,  TRAIN,                   "file for one JSON object an epoch; with --resume, behind those of the epochs done; - is standard output"),
    ROW("checkpoint", "FILE",  TEXT,   checkpoint, 0, 0,                   NULL,            FILES,  TRAIN,                   "file to save the state of training in, after every epoch and when stopped"),
    ROW("resume",     "FILE",  TEXT,   resume,     0, 0,                   NULL,            FILES,  TRAIN,                   "go on from a checkpoint, with its settings, as if training had never stopped; with --schedule constant also to more --epochs"),
    ROW("from",       "MODEL", TEXT,   parent,     0, 0,                   NULL,            FILES,  TRAIN,                   "start from the weights of this model, whose layers and classes are taken over"),
    ROW("from",       "MODEL", TEXT,   parent,     0, 0,                   NULL,            FILES,  VERIFY,                  "model that training started from [the bundled one, where training started from one]"),
    ROW("force",      NULL,    FLAG,   force,      0, 0,                   NULL,            FILES,  TRAIN,                   "replace the model, log and checkpoint even if they are files of another kind"),
    ROW("force",      NULL,    FLAG,   force,      0, 0,                   NULL,            FILES,  EXPORT | REPORT,         "replace the output even if it is a file of another kind"),
    ROW("force",      NULL,    FLAG,   force,      0, 0,                   NULL,            FILES,  PACK,                    "replace IDX files that are there, and a list that is a file of another kind"),
    ROW("no-prepare", NULL,    FLAG,   no_prepare, 0, 0,                   NULL,            DATA,   PREDICT | PACK,               "take 28 x 28 pictures as they are, bright ink on dark"),
    ROW("worst",      "N",     COUNT,  worst,      1, UINT32_MAX,          NULL,            OUTPUT, EVALUATE,                "list and draw the N mistakes with the highest loss"),
    ROW("all",        NULL,    FLAG,   all,        0, 0,                   NULL,            DATA,   PREDICT,                 "read every digit of a picture, each with its box"),
    ROW("views",      "N",     COUNT,  views,      1, DN_MOST_VIEWS,       NULL,            NET,    PREDICT,                 "views of each digit, moved a little, whose probabilities are averaged"),
    ROW("views",      "N",     COUNT,  evaluate_views, 1, DN_MOST_VIEWS,   NULL,            NET,    EVALUATE,                "views of each image, moved a little, whose probabilities are averaged; 1 is the image as it is"),
    ROW("reject",     NULL,    FLAG,   reject,     0, 0,                   NULL,            OUTPUT, EVALUATE,                "print how many of the least probable answers to reject for 1 %, 0.5 % and 0.1 % errors among the rest"),
    ROW("top",        "K",     COUNT,  top,        1, DN_DIGIT_CLASSES,    NULL,            OUTPUT, PREDICT,                 "print the K most probable digits"),
    ROW("show",       NULL,    FLAG,   show,       0, 0,                   NULL,            OUTPUT, PREDICT,                 "draw the image that the model sees"),
    ROW("json",       NULL,    FLAG,   json,       0, 0,                   NULL,            OUTPUT, RUNS | PREDICT | INFO,   "print results as JSON, one object a line"),
    ROW("quiet",      NULL,    FLAG,   quiet,      0, 0,                   NULL,            OUTPUT, RUNS | PREDICT | EXPORT | REPORT | PACK, "print nothing but results and errors"),
};
/* clang-format on */
#define ROWS (sizeof table / sizeof table[0])

cli_options cli_options_default(void)
{
    return (cli_options){.settings = dn_settings_default(),
                         .output = CLI_MODEL_NAME,
                         .report_output = "report.html",
                         .from = 1e-5F,
                         .to = 10.0F,
                         .steps = 200,
                         .top = 1,
                         .views = DN_PICTURE_VIEWS,
                         .evaluate_views = 1,
                         .show_augment = "none",
                         .test = {.is_fraction = true, .fraction = 0.2}};
}

/** The settings that a command takes: bits of dn_option.uses. */
static unsigned settings_of(cli_command_id id)
{
    switch (id) {
    case CLI_TRAIN:
        return ~0U;
    case CLI_LR_FIND:
        return DN_USE_LR_FIND;
    case CLI_SHOW:
        return DN_USE_SHOW;
    case CLI_PACK:
        return DN_USE_PACK;
    default:
        return 0;
    }
}

/** Append the options of one table and group that a command takes. */
static size_t add_rows(const dn_option *options, size_t option_count, size_t base, dn_option_group group,
                       unsigned uses, cli_row *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < option_count; i++)
        if (options[i].group == group && (options[i].uses & uses) != 0)
            rows[count++] = (cli_row){&options[i], base};
    return count;
}

size_t cli_rows(cli_command_id id, cli_row rows[CLI_MAX_ROWS])
{
    size_t setting_count;
    size_t count = 0;
    const dn_option *settings = dn_settings_options(&setting_count);
    for (dn_option_group group = 0; group < DN_GROUPS; group++) {
        count += add_rows(table, ROWS, 0, group, 1U << id, rows + count);
        count += add_rows(settings, setting_count, offsetof(cli_options, settings), group, settings_of(id),
                          rows + count);
    }
    return count;
}
