/*
 * scenario_words.h - a parameter row in words: its type, unit, range and default, for manuals.
 */
#ifndef SIM_IO_SCENARIO_WORDS_H
#define SIM_IO_SCENARIO_WORDS_H

#include "base/param.h"
#include "base/text.h"

/* Appends "number", "exact share", "time", "one of a, b", "list of ..." */
void scenario_words_type(struct text *out, const struct param *row);

/* Appends "[0, 1]", "[1ms, 1d]", "1 to 64 elements", "at most 47 bytes"; nothing when free. */
void scenario_words_range(struct text *out, const struct param *row);

/* Appends "required", "optional" or the default as a scenario spells it. */
void scenario_words_default(struct text *out, const struct param *row);

/* "a share", "quote currency" ...: the unit in words, "" where none applies. */
const char *scenario_words_unit(const struct param *row);

/* Appends the unit suffixes that may follow a number: "% bps", "k M" or nothing. */
void scenario_words_suffixes(struct text *out, const struct param *row);

#endif
