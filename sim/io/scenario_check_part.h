/*
 * scenario_check_part.h - what the checks of scenario_check.h share.
 */
#ifndef SIM_IO_SCENARIO_CHECK_PART_H
#define SIM_IO_SCENARIO_CHECK_PART_H

#include "io/scenario.h"
#include "io/scenario_node.h"
#include "io/scenario_problem.h"

struct check {
    const struct scenario *scenario;    /* borrowed */
    const struct scenario_node *root;   /* borrowed */
    struct scenario_problems *problems; /* borrowed */
};

typedef char path_text[SCENARIO_PATH_MAX];

/* Writes a path; returns the buffer. */
const char *scenario_check_path(path_text buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A problem at the node of path (or the nearest above it). */
void scenario_check_blame(const struct check *check, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether nothing at the path or below was complained about. */
bool scenario_check_clean(const struct check *check, const char *path);

/* The contract of the venue with this symbol (may be NULL), or NULL. */
const struct scenario_contract *scenario_check_contract(const struct scenario *scenario,
                                                        const char *symbol);

/* Whether an amount is a whole number of the currency's smallest unit, and fits money. */
void scenario_check_amount(const struct check *check, const char *path, struct decimal amount,
                           const struct scenario_contract *contract);

/* What the rules of the venue say of each other, and of the fund pools. */
void scenario_check_rules(const struct check *check);

/* The risk tiers of contract i. */
void scenario_check_tiers(const struct check *check, size_t i);

#endif
