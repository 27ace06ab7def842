/** Write a picture as digitnet reads it: picture_to_pnm FILE >PNM, of 16 bits a sample. For png_netpbm_test.sh. */
#include "digitnet/io.h"

#include <stdio.h>

int main(int argument_count, char **arguments)
{
    dn_picture picture;
    dn_error error;
    if (argument_count != 2 || dn_picture_read(arguments[1], &picture, &error) != DN_OK) {
        fprintf(stderr, "%s\n", argument_count != 2 ? "usage: picture_to_pnm FILE" : error.problem);
        return 1;
    }
    printf("P%d\n%zu %zu\n%d\n", picture.channels == 1 ? 5 : 6, picture.width, picture.height,
           DN_PICTURE_WHITE);
    for (size_t i = 0; i < picture.height * picture.width * picture.channels; i++) {
        putchar(picture.samples[i] >> 8);
        putchar(picture.samples[i] & UINT8_MAX);
    }
    dn_picture_free(&picture);
    return 0;
}
