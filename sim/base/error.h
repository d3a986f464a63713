/*
 * error.h - how a function says that it failed, and why.
 *
 * A function that can fail returns `enum status` and takes a `struct error *` last; the caller
 * owns the struct and may pass NULL.  The place that first sees the problem writes the sentence:
 * where, what, what was expected.  Bugs are not errors: they are caught by assert(), which stays
 * on in release builds.
 */
#ifndef SIM_BASE_ERROR_H
#define SIM_BASE_ERROR_H

enum status {
    OK = 0,
    ERR_USAGE,      /* the command line is wrong (exit 64) */
    ERR_PARSE,      /* a file is not in the form it should have (65) */
    ERR_RANGE,      /* a value is outside its documented range (65) */
    ERR_NO_INPUT,   /* an input file does not exist or cannot be read (66) */
    ERR_MEMORY,     /* an allocation failed (71) */
    ERR_CREATE,     /* an output file cannot be created (73) */
    ERR_IO,         /* reading or writing failed: disk full, I/O error (74) */
    ERR_PERMISSION, /* not allowed by the file system (77) */
};

struct error {
    enum status code;
    char message[1024]; /* "a.yaml:12:15: error: 500 is outside [1, 125] [venue.leverage]" */
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* Stores code and message in *err (if not NULL) and returns code. */
enum status error_set(struct error *err, enum status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Out of memory while `doing` something ("reading a.csv"): ERR_MEMORY with a sentence.  Inline, so
 * that static analysis sees that it never returns OK. */
static inline enum status
error_memory(struct error *err, const char *doing)
{
    error_set(err, ERR_MEMORY, "out of memory while %s", doing);
    return ERR_MEMORY;
}

/*
 * A system call on `path` failed with `errno_value` while `doing` ("open", "write").  Picks the
 * status: ENOENT is ERR_NO_INPUT, EACCES and EPERM ERR_PERMISSION, everything else `otherwise`.
 */
enum status error_system(struct error *err, enum status otherwise, const char *path,
                         const char *doing, int errno_value);

/* The process exit code of a status, after sysexits.h: 0, 64, 65, 66, 71, 73, 74, 77. */
int error_exit_code(enum status status);

/* Passes a failure on to the caller.  Only where nothing is owned yet; else `goto out`. */
#define TRY(expr)                               \
    do {                                        \
        const enum status try_status_ = (expr); \
        if (try_status_ != OK)                  \
            return try_status_;                 \
    } while (0)

#endif
