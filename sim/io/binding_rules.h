/*
 * binding_rules.h - the rules of a venue as the engine takes them.
 */
#ifndef SIM_IO_BINDING_RULES_H
#define SIM_IO_BINDING_RULES_H

#include "engine/margin.h"
#include "engine/rules.h"
#include "io/binding.h"

/* The margin rules of a contract, `bound` being what the engine makes of it. */
enum status binding_rules_margin(struct margin_rules *rules, const struct scenario_venue *venue,
                                 const struct scenario_contract *contract,
                                 const struct contract *bound, struct error *err) MUST_CHECK;

/* Everything that holds for all instruments.  ERR_RANGE when it states an amount of money and the
 * pools do not all keep it with the same decimals; after the pools are bound. */
enum status binding_rules_venue(struct binding *binding, const struct scenario *scenario,
                                struct error *err) MUST_CHECK;

#endif
