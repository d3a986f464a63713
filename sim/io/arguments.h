/*
 * arguments.h - the options of the command line: one table for parsing, help and usage errors.
 */
#ifndef SIM_IO_ARGUMENTS_H
#define SIM_IO_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/timeline.h"
#include "market/bars.h"
#include "market/store.h"

enum { ARGUMENTS_OVERRIDES_MAX = 256, ARGUMENTS_THREADS_MAX = 256 };

/* What the command line said. */
struct arguments {
    const char *output;                             /* -o */
    const char *overrides[ARGUMENTS_OVERRIDES_MAX]; /* -s */
    size_t override_count;
    unsigned threads; /* -j */
    bool quiet, force;
    const char *format, *instrument, *pool;
    int export_format; /* enum export_format, -1: told from the output */
    bool every_event;  /* --every event */
    time_ns_t every;   /* --every, else a day */
    enum tape_kind kind;
    int price_scale, quantity_scale;
    enum bars_path bar_path;
    time_ns_t bar_length, gap_limit;
    bool keep_duplicates;
    const char *const *files; /* operands; borrowed */
    size_t file_count;
};

/* Nothing said yet: all CPUs, everything told from the data. */
struct arguments arguments_defaults(void);

/* Fills *arguments from argv[2..] for `command`, which takes files or does not.  True in *help when
 * help was asked for.  ERR_USAGE otherwise says what is wrong. */
enum status arguments_parse(struct arguments *arguments, const char *command, bool takes_files,
                            int argc, char **argv, bool *help, struct error *err) MUST_CHECK;

/* Prints the options of `command` to standard output. */
void arguments_help(const char *command);

#endif
