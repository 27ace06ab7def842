/* Read the digit of a picture with the library alone: read_picture MODEL_FILE PICTURE_FILE */
#include "digitnet/digitnet.h"

#include <stdio.h>

static dn_status read_digit(const char *model, const char *path, dn_answer *answer, dn_error *error)
{
    dn_classifier classifier = {0};
    dn_picture picture = {0};
    dn_status status = dn_classifier_read(model, &classifier, NULL, error);
    if (status == DN_OK)
        status = dn_picture_read(path, &picture, error);
    if (status == DN_OK)
        status = dn_answer_picture(NULL, &classifier, &picture, DN_PICTURE_VIEWS, answer, error);
    dn_picture_free(&picture);
    dn_classifier_free(&classifier);
    return status;
}

int main(int count, char **arguments)
{
    dn_answer answer;
    dn_error error;
    if (count != 3)
        return 2;
    if (read_digit(arguments[1], arguments[2], &answer, &error) != DN_OK) {
        fprintf(stderr, "%s: %s: %s\n", error.subject, error.problem, error.remedy);
        return 1;
    }
    if (answer.verdict == DN_VERDICT_NONE) {
        puts("no digit");
        return 3;
    }
    printf("%zu%s\n", answer.ranking[0], answer.verdict == DN_VERDICT_DIGIT ? "" : " (unsure)");
    return 0;
}
