/*
 * formula_rules.h - small readers and answers the rule formulas share.
 */
#ifndef TESTS_CONFORMANCE_FORMULA_RULES_H
#define TESTS_CONFORMANCE_FORMULA_RULES_H

#include "formula.h"

/* Whether nothing was wrong with the inputs so far. */
bool formula_rules_good(const struct formula_call *call);

/* A number as a double; the second form where it may be missing. */
double formula_rules_number(const struct formula_call *call, const json_t *object,
                            const char *keys);
double formula_rules_number_or(const struct formula_call *call, const json_t *object,
                               const char *keys, double fallback);

/* An amount at FORMULA_RULES_DECIMALS decimals, and back into an answer. */
enum { FORMULA_RULES_DECIMALS = 8 };
money_t formula_rules_money(const struct formula_call *call, const json_t *object,
                            const char *keys);
money_t formula_rules_money_or(const struct formula_call *call, const json_t *object,
                               const char *keys, const char *fallback);
void formula_rules_answer(json_t *answer, const char *key, money_t amount);
void formula_rules_answer_bool(const struct formula_call *call, const char *key, bool value);

/* A rate under the keys, 0 where there is none. */
rate_t formula_rules_rate(const struct formula_call *call, const json_t *object, const char *keys);

#endif
