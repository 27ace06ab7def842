#include "support.h"

#include "cli/train_options.h"
#include "cli/train_preset.h"

#include <string.h>

static dn_error error;

/** Defaults may change: a preset that was tested must go on meaning what was tested. */
static void a_preset_does_not_depend_on_the_defaults_that_learning_depends_on_most(void **state)
{
    (void)state;
    static const char *const names[] = {"fast", "best"};
    for (size_t i = 0; i < 2; i++) {
        char text[TRAIN_RECIPE_SIZE];
        train_options usual = train_defaults();
        train_options other = train_defaults();
        other.hidden = (cli_widths){.count = 2, .width = {3, 4}};
        other.epochs = 99;
        other.batch_size = 99;
        other.learning_rate = 0.99F;
        other.schedule = "linear";
        other.momentum = 0.5F;
        other.dropout = 0.5F;
        other.valid = (cli_share){.count = 99};
        assert_ok(train_apply_recipe(&usual, train_preset_recipe(names[i]), &error));
        assert_ok(train_apply_recipe(&other, train_preset_recipe(names[i]), &error));
        assert_null(train_difference(&usual, &other, text));
    }
}

static void every_name_is_a_preset_and_in_the_help(void **state)
{
    (void)state;
    for (size_t i = 0; train_preset_names[i]; i++) {
        train_options options = train_defaults();
        const char *recipe = train_preset_recipe(train_preset_names[i]);
        if (strcmp(train_preset_names[i], "default") == 0)
            assert_null(recipe); /* it is what holds without a preset */
        else
            assert_ok(train_apply_recipe(&options, recipe, &error));
        assert_contains(train_preset_help(), train_preset_names[i]);
    }
    assert_null(train_preset_recipe("slow"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_preset_does_not_depend_on_the_defaults_that_learning_depends_on_most),
        cmocka_unit_test(every_name_is_a_preset_and_in_the_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
