/*
 * test_brackets.c - a venue's whole bracket table follows from the rule of marginal tiers.
 *
 * B08: every deduction ("cum") of Binance USD-M's 349 symbols on 2024-10-24, 2,805 brackets, as
 * stored by freqtrade (freqtrade/freqtrade@c9ae5e1e, exchange/binance_leverage_tiers.json).  The
 * dump is not part of the project: the test is skipped, and says so, when it is not beside it.
 */
#include "cmocka_all.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/margin.h"

static const char path[] = "../shared/data/binance_leverage_tiers_2024-10-24.json";

enum { DECIMALS = 6 };

static int64_t
scaled(const json_t *number, int scale)
{
    int64_t value;
    assert_true(money_from_double(json_number_value(number), scale, &value));
    return value;
}

/* Builds the rules from caps and rates alone and compares what is derived with what is listed. */
static size_t
check_symbol(const char *symbol, const json_t *brackets)
{
    struct margin_rules rules = {.mode = MARGIN_MARGINAL, .tier_count = json_array_size(brackets)};
    assert_in_range(rules.tier_count, 1, MARGIN_TIERS_MAX);
    for (size_t i = 0; i < rules.tier_count; i++) {
        const json_t *bracket = json_array_get(brackets, i);
        const bool last = i + 1 == rules.tier_count; /* its end is as good as none */
        rules.tier[i].notional_max =
            last ? INT64_MAX : scaled(json_object_get(bracket, "maxNotional"), DECIMALS);
        rules.tier[i].rate = scaled(json_object_get(bracket, "maintenanceMarginRate"), RATE_SCALE);
    }
    struct error err = {0};
    if (margin_rules_init(&rules, &err) != OK)
        fail_msg("%s: %s", symbol, err.message);
    for (size_t i = 0; i < rules.tier_count; i++) {
        const json_t *info = json_object_get(json_array_get(brackets, i), "info");
        const double listed = strtod(json_string_value(json_object_get(info, "cum")), NULL);
        const double derived = money_to_double(rules.tier[i].deduction, DECIMALS);
        if (!(fabs(derived - listed) <= 0.01))
            fail_msg("%s bracket %zu: derived %.6f, listed %.6f", symbol, i + 1, derived, listed);
    }
    return rules.tier_count;
}

static void
test_every_deduction_of_the_dump_follows_from_caps_and_rates(void **state)
{
    if (access(path, R_OK) != 0) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    json_t *dump = json_load_file(path, 0, NULL);
    assert_non_null(dump);
    size_t brackets = 0;
    const char *symbol;
    json_t *list;
    json_object_foreach(dump, symbol, list) brackets += check_symbol(symbol, list);
    assert_int_equal(json_object_size(dump), 349);
    assert_int_equal(brackets, 2805);
    json_decref(dump);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_deduction_of_the_dump_follows_from_caps_and_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
