/**
 * export_prepare PICTURE...: the 28 x 28 pixels that the library makes of each PNM picture, a line each in hexadecimal, or "none" where it
 * finds no ink; for comparison with those of the page to draw on.
 */
#include "digitnet/digitnet.h"

#include <stdio.h>
#include <stdlib.h>

static dn_status prepare(const char *path, uint8_t pixels[DN_DIGIT_PIXELS], dn_error *error)
{
    dn_picture picture;
    dn_preparation preparation;
    dn_status status = dn_picture_read(path, &picture, error);
    if (status != DN_OK)
        exit(EXIT_FAILURE);
    status = dn_prepare_digit(&picture, pixels, &preparation, error);
    dn_picture_free(&picture);
    return status;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        uint8_t pixels[DN_DIGIT_PIXELS];
        dn_error error;
        if (prepare(argv[i], pixels, &error) != DN_OK) {
            puts("none");
            continue;
        }
        for (size_t k = 0; k < DN_DIGIT_PIXELS; k++)
            printf("%02x", pixels[k]);
        putchar('\n');
    }
    return 0;
}
