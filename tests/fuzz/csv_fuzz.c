/** Tables of images: each row is a label and pixels, or a line says what is wrong. */
#include "data/csv.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_status status;
    bool found;
    dn_csv csv = dn_csv_open(data, size);
    do {
        uint8_t label = UINT8_MAX;
        uint8_t pixels[DN_DIGIT_PIXELS];
        const size_t before = csv.at;
        status = dn_csv_next(&csv, &found, &label, pixels, &error);
        fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
        fuzz_require(csv.at >= before && csv.at <= size);
        if (status == DN_OK && found)
            fuzz_require(csv.at > before && label < DN_DIGIT_CLASSES);
    } while (status == DN_OK && found);
    fuzz_require(status != DN_OK || csv.at == size);
    return 0;
}
