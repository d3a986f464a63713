/*
 * conformance - drives the simulator with figures that other implementations assert.
 *
 *     conformance [--json] [--id ID] FILE...
 *
 * Prints one line for every vector that did not pass, a table by kind and by needed feature, and
 * closes with "N passed, N failed, N unsupported".  Exit 0 when nothing failed, 1 when something
 * did, 64 wrong usage, 65 a file is not in its form, 66 a file cannot be read; then nothing but
 * the error is printed.
 */
#include <stdio.h>
#include <string.h>

#include "tally.h"

static const char usage[] = "usage: conformance [--json] [--id ID] FILE...";

enum { EXIT_FAILED = 1 };

struct options {
    bool json;
    const char *id; /* NULL: all */
    int first_file;
};

static enum status
read_options(struct options *options, int argc, char **argv, struct error *err)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--json") == 0)
            options->json = true;
        else if (strcmp(argv[i], "--id") == 0 && i + 1 < argc)
            options->id = argv[++i];
        else
            return error_set(err, ERR_USAGE, "%s is not an option, or lacks its value\n%s", argv[i],
                             usage);
    }
    options->first_file = i;
    if (i == argc)
        return error_set(err, ERR_USAGE, "no file given\n%s", usage);
    return OK;
}

static enum status
check_file(struct tally *tally, const char *path, const char *id, struct error *err)
{
    struct vector_file file;
    TRY(vector_file_read(&file, path, err));
    enum status status = OK;
    for (size_t i = 0; i < file.count && status == OK; i++) {
        if (id && strcmp(file.vectors[i].id, id) != 0)
            continue;
        struct vector_outcome outcome;
        status = vector_check(&file.vectors[i], path, &outcome, err);
        if (status == OK)
            tally_add(tally, &file.vectors[i], &outcome);
        vector_outcome_clear(&outcome);
    }
    vector_file_clear(&file);
    return status;
}

static enum status
run(struct tally *tally, const struct options *options, char **paths, struct error *err)
{
    TRY(tally_init(tally, err));
    for (; *paths; paths++)
        TRY(check_file(tally, *paths, options->id, err));
    if (options->id && json_array_size(tally->records) == 0)
        return error_set(err, ERR_USAGE, "no vector has the id %s", options->id);
    if (options->json)
        tally_print_json(tally, stdout);
    else
        tally_print(tally, stdout);
    if (fflush(stdout) != 0 || ferror(stdout))
        return error_set(err, ERR_IO, "writing the results failed");
    return OK;
}

int
main(int argc, char **argv)
{
    struct error err = {0};
    struct options options = {0};
    struct tally tally = {0};
    enum status status = read_options(&options, argc, argv, &err);
    if (status == OK)
        status = run(&tally, &options, argv + options.first_file, &err);
    const bool failed = tally.count[VECTOR_FAILED] > 0;
    tally_clear(&tally);
    if (status != OK) {
        fprintf(stderr, "conformance: %s\n", err.message);
        return error_exit_code(status);
    }
    return failed ? EXIT_FAILED : 0;
}
