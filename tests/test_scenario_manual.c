/*
 * test_scenario_manual.c - the generated files in scenarios/ say what the tables say.
 *
 * SEAWALL_UPDATE=1 build/tests/test_scenario_manual, from the project's root, writes them anew.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario.h"

static void
assert_file_is(const char *path, void (*generate)(struct text *))
{
    struct text expected = {0}, found = {0};
    char block[4096];
    size_t count;
    generate(&expected);
    assert_false(text_failed(&expected));
    if (getenv("SEAWALL_UPDATE") != NULL) {
        FILE *out = fopen(path, "wb");
        assert_non_null(out);
        assert_int_equal(fwrite(expected.data, 1, expected.length, out), expected.length);
        assert_int_equal(fclose(out), 0);
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s is missing", path);
    while ((count = fread(block, 1, sizeof(block), file)) > 0)
        text_append_bytes(&found, block, count);
    fclose(file);
    if (found.length != expected.length || strcmp(found.data, expected.data) != 0)
        fail_msg("%s is not what the tables say: run SEAWALL_UPDATE=1 "
                 "build/tests/test_scenario_manual",
                 path);
    text_clear(&expected);
    text_clear(&found);
}

static void
test_the_reference_is_what_the_tables_say(void **state)
{
    assert_file_is("scenarios/REFERENCE.md", scenario_reference);
}

static void
test_the_schema_is_what_the_tables_say(void **state)
{
    assert_file_is("scenarios/scenario.schema.json", scenario_schema);
}

static void
test_the_list_of_models_names_every_kind_and_its_parameters(void **state)
{
    static const char *const expected[] = {
        "slippage: What selling costs",
        "    square_root\n",
        "        coefficient: number [0, 10]",
        "adl: In which order",
        "    okx\n",
        "    at_once\n",
        "cap: number, a share [0.000001, 1] required\n",
        "    lognormal\n",
        "slippage: a kind of slippage",
        "parts: list of kinds of distribution 1 to 64 elements",
    };
    struct text out = {0};
    scenario_models(&out);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        if (strstr(out.data, expected[i]) == NULL)
            fail_msg("not in the list of models: %s\n%s", expected[i], out.data);
    }
    text_clear(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_reference_is_what_the_tables_say),
        cmocka_unit_test(test_the_schema_is_what_the_tables_say),
        cmocka_unit_test(test_the_list_of_models_names_every_kind_and_its_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
