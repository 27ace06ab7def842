#include <digitnet/digitnet.h>

#include <cstdio>

/* Tells the version, and the architecture of the model that is named. */
int main(int argc, char **argv)
{
    dn_error error;
    dn_classifier classifier;
    char text[DN_ARCHITECTURE_SIZE];
    if (argc != 2 || dn_classifier_read(argv[1], &classifier, nullptr, &error) != DN_OK)
        return 1;
    printf("%s %s\n", dn_version(), dn_classifier_architecture(&classifier, text));
    dn_classifier_free(&classifier);
    return 0;
}
