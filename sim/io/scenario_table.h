/*
 * scenario_table.h - the keys of a scenario file: one table per section.
 *
 * Reader, checker, printer, manual and schema walk these; a key is written down nowhere else.
 */
#ifndef SIM_IO_SCENARIO_TABLE_H
#define SIM_IO_SCENARIO_TABLE_H

#include "base/param.h"

/* struct scenario. */
extern const struct param scenario_table_root[];

/* struct scenario_venue, and the sections of it that state rules. */
extern const struct param scenario_table_venue[];
extern const struct param scenario_table_adl_rules[];
extern const struct param scenario_table_fees[];
extern const struct param scenario_table_fund_rules[];
extern const struct param scenario_table_controls[];

/* What `periods` of a venue are, for manuals. */
extern const char scenario_table_periods[];

/* The registries a scenario picks models from, in the order manuals list them. */
struct scenario_table_registry {
    const char *name; /* "slippage" */
    const char *doc;  /* the question its models answer */
    const struct model *const *models;
};
extern const struct scenario_table_registry scenario_table_registries[]; /* name NULL ends it */

#endif
