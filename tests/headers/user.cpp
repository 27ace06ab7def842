/* The library as a C++ program uses it: a function of each folder is found under its C name when the program is linked. */
#include "digitnet/digitnet.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

static dn_error error;

static void check(bool right, const char *what)
{
    if (right)
        return;
    std::fprintf(stderr, "%s: %s: %s\n", what, error.problem, error.remedy);
    std::exit(1);
}

int main()
{
    const size_t widths[] = {DN_DIGIT_PIXELS, 4, DN_DIGIT_CLASSES};
    check(std::strlen(dn_version()) != 0, "core");

    dn_tensor tensor;
    check(dn_tensor_zeros(&tensor, DN_SHAPE(2, 3), &error) == DN_OK && dn_tensor_count(&tensor) == 6,
          "tensor");
    dn_tensor_free(&tensor);

    dn_archive archive = {};
    check(dn_archive_read("/no such file", &archive, &error) == DN_ERR_FILE, "io");
    dn_archive_free(&archive);

    dn_dataset none = {};
    check(dn_dataset_load("/no such folder", DN_DATA_TRAIN, &none, &error) == DN_ERR_FILE, "data");

    dn_picture picture = {};
    check(dn_picture_read("/no such file", &picture, &error) == DN_ERR_FILE, "picture");

    dn_model *model = nullptr;
    check(dn_model_new(&model, widths, 3, 1, &error) == DN_OK && dn_model_layers(model) == 2, "nn");
    dn_model_free(model);

    check(dn_loss_named("mse") != nullptr, "loss");

    dn_schedule schedule = {};
    schedule.kind = DN_SCHEDULE_CONSTANT;
    schedule.steps = 10;
    check(dn_schedule_factor(&schedule, 5) == 1.0F, "optim");

    dn_metrics metrics = {};
    metrics.count = 2;
    metrics.correct = 1;
    check(dn_metrics_accuracy(&metrics) == 0.5, "train");
    return 0;
}
