/*
 * golden_brackets.h - a venue's whole bracket table follows from the rule of marginal tiers.
 */
#ifndef TESTS_GOLDENS_GOLDEN_BRACKETS_H
#define TESTS_GOLDENS_GOLDEN_BRACKETS_H

#include <stdbool.h>
#include <stddef.h>

/* Where the table is: beside the figures. */
extern const char *golden_brackets_path;

/* Derives the deduction of every bracket of Binance USD-M's symbols on 2024-10-24 from caps and
 * rates and compares it with the listed one; how many there are, and of the first that differs a
 * sentence into `why`.  Table: freqtrade/freqtrade@c9ae5e1e, binance_leverage_tiers.json. */
bool golden_brackets(size_t *symbols, size_t *brackets, char *why, size_t size);

#endif
