#include "golden_brackets.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/margin.h"

const char *golden_brackets_path;

enum { DECIMALS = 6 };

static int64_t
scaled(const json_t *number, int scale)
{
    int64_t value = 0;
    return money_from_double(json_number_value(number), scale, &value) ? value : -1;
}

/* Builds the rules from caps and rates alone and compares what is derived with what is listed. */
static bool
check_symbol(const char *symbol, const json_t *brackets, char *why, size_t size)
{
    struct margin_rules rules = {.mode = MARGIN_MARGINAL, .tier_count = json_array_size(brackets)};
    if (rules.tier_count < 1 || rules.tier_count > MARGIN_TIERS_MAX) {
        snprintf(why, size, "%s: %zu brackets", symbol, rules.tier_count);
        return false;
    }
    for (size_t i = 0; i < rules.tier_count; i++) {
        const json_t *bracket = json_array_get(brackets, i);
        const bool last = i + 1 == rules.tier_count; /* its end is as good as none */
        rules.tier[i].notional_max =
            last ? INT64_MAX : scaled(json_object_get(bracket, "maxNotional"), DECIMALS);
        rules.tier[i].rate = scaled(json_object_get(bracket, "maintenanceMarginRate"), RATE_SCALE);
    }
    struct error err = {.message = ""};
    if (margin_rules_init(&rules, &err) != OK) {
        snprintf(why, size, "%.40s: %.200s", symbol, err.message);
        return false;
    }
    for (size_t i = 0; i < rules.tier_count; i++) {
        const json_t *info = json_object_get(json_array_get(brackets, i), "info");
        const double listed = strtod(json_string_value(json_object_get(info, "cum")), NULL);
        const double derived = money_to_double(rules.tier[i].deduction, DECIMALS);
        if (fabs(derived - listed) <= 0.01)
            continue;
        snprintf(why, size, "%s bracket %zu: derived %.6f, listed %.6f", symbol, i + 1, derived,
                 listed);
        return false;
    }
    return true;
}

bool
golden_brackets(size_t *symbols, size_t *brackets, char *why, size_t size)
{
    json_t *dump = json_load_file(golden_brackets_path, 0, NULL), *list;
    const char *symbol;
    bool agree = dump != NULL;
    if (!agree)
        snprintf(why, size, "cannot read %.200s", golden_brackets_path);
    json_object_foreach(dump, symbol, list)
    {
        agree = agree && check_symbol(symbol, list, why, size);
        *brackets += json_array_size(list);
    }
    *symbols = json_object_size(dump);
    json_decref(dump);
    return agree;
}
