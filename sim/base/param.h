/*
 * param.h - one table per section of a scenario: parser, validator, manual and provenance at once.
 *
 * A section is a C struct and a table of `struct param`, one row a key, ended by a row whose key
 * is NULL.  The row says where the value goes, what it may be, what it is when left out and what
 * it means, in one sentence.  io/scenario walks the tables to read files, to list every mistake,
 * to print the effective scenario, the reference manual and the JSON schema; nothing about a key
 * is written twice.
 *
 * A `struct model` is one answer to one question (a slippage formula, a ranking); the scenario
 * picks it with `kind: name` and gives its parameters beside it.  Every *_type struct starts with
 * its `struct model`, so a registry of any of them can be walked without knowing which it is.
 */
#ifndef SIM_BASE_PARAM_H
#define SIM_BASE_PARAM_H

#include <stddef.h>
#include <stdint.h>

/* An exact decimal as written: value / 10^scale. */
struct decimal {
    int64_t value;
    int scale; /* 0..18 */
};

enum param_type {
    PARAM_DOUBLE,   /* double: a number of models; accepts % bps k M where the unit is a share or an
                       amount */
    PARAM_RATE,     /* rate_t: an exact share x 10^12; accepts % and bps */
    PARAM_DECIMAL,  /* struct decimal: an exact amount, price or quantity; accepts k and M */
    PARAM_INTEGER,  /* int64_t: a whole number */
    PARAM_BOOL,     /* bool: true or false */
    PARAM_TEXT,     /* char *: owned; NULL when left out and optional */
    PARAM_TEXTS,    /* char ** (owned, each owned) with a size_t count at count_offset */
    PARAM_TIME,     /* time_ns_t: RFC 3339 in UTC */
    PARAM_DURATION, /* time_ns_t: a number with ms s min h d */
    PARAM_CHOICE,   /* int: index into choices */
    PARAM_SECTION,  /* a struct in place, described by `section` */
    PARAM_LIST,     /* pointer to `size`-byte elements (owned), size_t count at count_offset; each
                       described by `section`, or a model picked from `registry` */
    PARAM_MODEL,    /* const struct model *: picked from `registry` by `kind:`; its own parameters
                       go to the struct at offset params_offset of the same parent */
};

struct model;

struct param {
    const char *key; /* as written in the scenario; NULL ends the table */
    enum param_type type;
    size_t offset;        /* of the value in the struct the table describes */
    double min, max;      /* inclusive; numbers, rates, decimals and durations (in seconds); the
                             bytes of a text (0, 0: at least one); the elements of a list */
    const char *unit;     /* "1" for a share, "quote", "contracts", "s"; "" where none applies; any
                             other is an amount (k and M fit).  "path" on texts: a file, relative to
                             the scenario.  "file" on a section: may be the path of a YAML file
                             that holds the section instead */
    const char *fallback; /* scenario text used when the key is left out; NULL: the key is
                             required; "": it may be left out and the value stays zeroed
                             (PARAM_DOUBLE: NaN); "{}": a section of which every key has a default;
                             texts with ", " between them: a list of them;
                             a model's name: that model with its own defaults */
    const char *doc;      /* one sentence */

    const char *const *choices;          /* PARAM_CHOICE: spellings, NULL-terminated; PARAM_TEXTS:
                                            what an element may be, none twice; NULL: any text */
    const struct param *section;         /* PARAM_SECTION, PARAM_LIST */
    const struct model *const *registry; /* PARAM_MODEL, PARAM_LIST of models; NULL-terminated */
    size_t params_offset;                /* PARAM_MODEL: of the struct the model's table fills; in a
                                             PARAM_LIST of models: of it within the element */
    size_t size;                         /* PARAM_LIST: bytes of one element */
    size_t count_offset;                 /* PARAM_LIST, PARAM_TEXTS */
};

struct model {
    const char *name;           /* scenario spelling */
    const char *doc;            /* what it is, its formula, units and source: a short paragraph */
    const struct param *params; /* its own keys; ends with a NULL key */
};

/* The model called `name`, or NULL. */
const struct model *param_find_model(const struct model *const *registry, const char *name);

#endif
