#include "engine/rules.h"

#include <assert.h>

const char *const rules_settlement_names[] = {"at_close", "at_mark", NULL};
const char *const rules_stage_names[] = {"fund", "injection", "adl", "socialise", "halt", NULL};
const char *const rules_adl_price_names[] = {
    "bankruptcy", "mark", "previous_mark", "drawdown_line", "mark_unless_depleted", NULL};
const char *const rules_adl_settlement_names[] = {"offset", "haircut", NULL};

size_t
rules_stage_count(const struct engine_rules *rules)
{
    return rules->stages == 0 ? RULES_STAGES : rules->stages;
}

enum rules_stage
rules_stage_at(const struct engine_rules *rules, size_t i)
{
    assert(i < rules_stage_count(rules));
    return rules->stages == 0 ? (enum rules_stage)i : rules->order[i];
}

static size_t
place_of(const struct engine_rules *rules, enum rules_stage stage)
{
    size_t i = 0;
    while (i < rules_stage_count(rules) && rules_stage_at(rules, i) != stage)
        i++;
    return i;
}

bool
rules_has_stage(const struct engine_rules *rules, enum rules_stage stage)
{
    return place_of(rules, stage) < rules_stage_count(rules);
}

bool
rules_before(const struct engine_rules *rules, enum rules_stage first, enum rules_stage second)
{
    return rules_has_stage(rules, first) && place_of(rules, first) < place_of(rules, second);
}
