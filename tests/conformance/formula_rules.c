#include "formula_rules.h"

#include <math.h>

bool
formula_rules_good(const struct formula_call *call)
{
    return call->reader->state == READER_GOOD;
}

double
formula_rules_number(const struct formula_call *call, const json_t *object, const char *keys)
{
    return (double)reader_number(call->reader, object, keys).value;
}

double
formula_rules_number_or(const struct formula_call *call, const json_t *object, const char *keys,
                        double fallback)
{
    return reader_find(object, keys) == NULL ? fallback : formula_rules_number(call, object, keys);
}

money_t
formula_rules_money(const struct formula_call *call, const json_t *object, const char *keys)
{
    const struct number number = reader_number(call->reader, object, keys);
    return reader_at(call->reader, &number, FORMULA_RULES_DECIMALS);
}

money_t
formula_rules_money_or(const struct formula_call *call, const json_t *object, const char *keys,
                       const char *fallback)
{
    const struct number number = reader_number_or(call->reader, object, keys, fallback);
    return reader_at(call->reader, &number, FORMULA_RULES_DECIMALS);
}

void
formula_rules_answer(json_t *answer, const char *key, money_t amount)
{
    const struct book scale = {.money_decimals = FORMULA_RULES_DECIMALS};
    book_answer_money(&scale, answer, key, amount);
}

void
formula_rules_answer_bool(const struct formula_call *call, const char *key, bool value)
{
    json_object_set_new(call->answer, key, json_boolean(value));
}

rate_t
formula_rules_rate(const struct formula_call *call, const json_t *object, const char *keys)
{
    const struct number rate = reader_number_or(call->reader, object, keys, "0");
    return reader_rate(call->reader, &rate);
}
