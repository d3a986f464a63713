/*
 * main.c - the command line; turns status into exit codes; nothing else.
 *
 * The table of commands is here, that of options in io/arguments.  Results go to standard output,
 * progress and errors to standard error.
 */
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/pool.h"
#include "base/replace.h"
#include "base/text.h"
#include "io/arguments.h"
#include "io/export.h"
#include "io/info.h"
#include "io/libraries.h"
#include "io/progress.h"
#include "io/report.h"
#include "io/run.h"
#include "io/scenario.h"
#include "market/generate.h"
#include "market/import.h"

enum { EXIT_BUG = 70, EXIT_TRY_HELP = 64 };

/* ---- commands ---- */

/* No command may write over what it reads, with or without -f. */
static enum status
refuse_same_file(const char *output, const char *input, struct error *err)
{
    struct stat out, in;
    if (input == NULL || stat(output, &out) != 0 || stat(input, &in) != 0 ||
        out.st_dev != in.st_dev || out.st_ino != in.st_ino)
        return OK;
    return error_set(err, ERR_USAGE, "%s is an input: the output would replace it", input);
}

static enum status
need_output(const struct arguments *arguments, const char *command, bool is_file, struct error *err)
{
    if (arguments->output == NULL)
        return error_set(err, ERR_USAGE, "%s: say where the result goes with -o", command);
    struct stat status;
    const bool exists = stat(arguments->output, &status) == 0;
    if (is_file && exists && S_ISDIR(status.st_mode))
        return error_set(err, ERR_CREATE, "%s is a directory; name a file", arguments->output);
    for (size_t i = 0; i < arguments->file_count; i++)
        TRY(refuse_same_file(arguments->output, arguments->files[i], err));
    if (is_file && !arguments->force && exists)
        return error_set(err, ERR_CREATE, "%s exists already; use -f to replace it",
                         arguments->output);
    return OK;
}

/* What a tape or a result holds, to standard output. */
static enum status
print_info(const char *path, struct error *err)
{
    struct text out = {0};
    const enum status status = info_print(path, &out, err);
    if (status == OK)
        fputs(out.data, stdout);
    text_clear(&out);
    return status;
}

static void
import_progress(void *context, uint64_t rows, uint64_t bytes, uint64_t total)
{
    progress_show(context, total == 0 ? (double)NAN : (double)bytes / (double)total, rows, "");
}

static enum status
write_tape(const struct arguments *arguments, struct import_options *options,
           struct import_summary *summary, struct error *err)
{
    struct tape_writer *writer = NULL;
    TRY(tape_writer_open(&writer, arguments->output, options->pool, err));
    const struct import_sink sink = import_tape_sink(writer);
    const enum status status = import_run(options, &sink, summary, err);
    if (status == OK)
        return tape_writer_commit(writer, err);
    tape_writer_abort(writer);
    return status;
}

static enum status
command_import(const struct arguments *arguments, struct error *err)
{
    if (arguments->file_count == 0)
        return error_set(err, ERR_USAGE, "import: name the files to import");
    TRY(need_output(arguments, "import", true, err));
    for (size_t i = 0; i < arguments->file_count; i++) {
        struct stat file;
        if (stat(arguments->files[i], &file) == 0 && S_ISDIR(file.st_mode))
            return error_set(err, ERR_NO_INPUT, "%s is a directory; name the files in it",
                             arguments->files[i]);
    }
    struct progress progress;
    struct import_summary summary;
    struct import_options options = import_defaults();
    progress_init(&progress, "import", arguments->quiet);
    options.paths = arguments->files;
    options.path_count = arguments->file_count;
    options.format = arguments->format;
    options.instrument = arguments->instrument;
    options.kind = arguments->kind;
    options.price_scale = arguments->price_scale;
    options.quantity_scale = arguments->quantity_scale;
    options.bar_path = arguments->bar_path;
    options.bar_length = arguments->bar_length;
    options.gap_limit = arguments->gap_limit;
    options.keep_duplicates = arguments->keep_duplicates;
    options.progress = import_progress;
    options.progress_context = &progress;
    TRY(pool_open(&options.pool, arguments->threads, err));
    const enum status status = write_tape(arguments, &options, &summary, err);
    progress_end(&progress);
    pool_close(options.pool);
    if (status != OK || arguments->quiet)
        return status;
    return print_info(arguments->output, err);
}

/* Reads a scenario; prints every problem before it fails. */
static enum status
read_scenario(const struct arguments *arguments, const char *command, struct scenario *scenario,
              struct error *err)
{
    if (arguments->file_count != 1)
        return error_set(err, ERR_USAGE, "%s: name one scenario", command);
    struct text problems = {0};
    const enum status status = scenario_read(scenario, arguments->files[0], arguments->overrides,
                                             arguments->override_count, &problems, err);
    if (problems.length > 0) {
        fputs(problems.data, stderr);
        error_set(err, status, "%s cannot be run as it is: see above", arguments->files[0]);
    }
    text_clear(&problems);
    return status;
}

static enum status
command_run(const struct arguments *arguments, struct error *err)
{
    struct scenario scenario = {0};
    TRY(need_output(arguments, "run", true, err));
    TRY(read_scenario(arguments, "run", &scenario, err));
    struct progress progress;
    struct pool *pool = NULL;
    progress_init(&progress, "run", arguments->quiet);
    enum status status = refuse_same_file(arguments->output, scenario.population_params.file, err);
    for (size_t i = 0; status == OK && i < scenario.tape_count; i++)
        status = refuse_same_file(arguments->output, scenario.tapes[i], err);
    if (status == OK)
        status = pool_open(&pool, arguments->threads, err);
    if (status == OK)
        status = run_scenario(&scenario, arguments->output, pool, &progress, err);
    progress_end(&progress);
    pool_close(pool);
    scenario_clear(&scenario);
    if (status != OK || arguments->quiet)
        return status;
    return print_info(arguments->output, err);
}

static enum status
command_check(const struct arguments *arguments, struct error *err)
{
    struct scenario scenario = {0};
    TRY(read_scenario(arguments, "check", &scenario, err));
    struct text out = {0};
    scenario_print(&scenario, &out);
    enum status status = text_failed(&out) ? error_memory(err, "printing the scenario") : OK;
    if (status == OK) {
        fputs(out.data,
              stdout); /* also when the tapes are missing or do not match: it says which */
        status = run_check(&scenario, err);
    }
    text_clear(&out);
    scenario_clear(&scenario);
    return status;
}

static enum status
command_report(const struct arguments *arguments, struct error *err)
{
    if (arguments->file_count != 1)
        return error_set(err, ERR_USAGE, "report: name one result");
    TRY(need_output(arguments, "report", true, err));
    TRY(report_write(arguments->files[0], arguments->output, err));
    if (!arguments->quiet)
        printf("%s\n", arguments->output);
    return OK;
}

/* To a file, or to standard output. */
static enum status
command_export(const struct arguments *arguments, struct error *err)
{
    if (arguments->file_count != 1)
        return error_set(err, ERR_USAGE, "export: name one result");
    const char *output = arguments->output;
    const struct export_options options = {
        .format = arguments->export_format < 0 ? export_format_of(output)
                                               : (enum export_format)arguments->export_format,
        .pool = arguments->pool,
        .events = arguments->every_event,
        .every = arguments->every,
    };
    if (output != NULL)
        TRY(need_output(arguments, "export", true, err));
    struct text out = {0};
    enum status status = export_rows(arguments->files[0], &options, &out, err);
    if (status == OK && output != NULL)
        status = replace_write(output, out.data, out.length, err);
    else if (status == OK)
        fwrite(out.data, 1, out.length, stdout);
    text_clear(&out);
    return status;
}

static enum status
command_info(const struct arguments *arguments, struct error *err)
{
    if (arguments->file_count == 0)
        return error_set(err, ERR_USAGE, "info: name a tape or a result");
    for (size_t i = 0; i < arguments->file_count; i++)
        TRY(print_info(arguments->files[i], err));
    return OK;
}

static enum status
command_generate(const struct arguments *arguments, struct error *err)
{
    TRY(need_output(arguments, "generate", false, err));
    struct generate_options options;
    struct generate_summary summary;
    TRY(generate_options_init(&options, err));
    enum status status = OK;
    for (size_t i = 0; status == OK && i < arguments->override_count; i++)
        status = generate_options_set(&options, arguments->overrides[i], err);
    if (status == OK)
        status = generate_write(&options, arguments->output, &summary, err);
    generate_options_clear(&options);
    if (status == OK && !arguments->quiet)
        printf("%s: %llu files, %llu trades; mark %.2f -> %.2f, lowest %.2f (%.1f %% fall in the "
               "storm)\n",
               arguments->output, (unsigned long long)summary.files,
               (unsigned long long)summary.trades, summary.mark_first, summary.mark_last,
               summary.mark_lowest, 100.0 * summary.storm_fall);
    return status;
}

static enum status
print_text(void (*append)(struct text *out), struct error *err)
{
    struct text out = {0};
    append(&out);
    const bool failed = text_failed(&out);
    if (!failed)
        fputs(out.data, stdout);
    text_clear(&out);
    return failed ? error_memory(err, "printing") : OK;
}

static void
append_models(struct text *out)
{
    scenario_models(out);
    text_append(out, "\ngenerate --set\n");
    generate_options_help(out);
    text_append(out, "\nimport --format\n");
    for (size_t i = 0; format_types[i] != NULL; i++)
        text_printf(out, "  %-26s %s\n", format_types[i]->name, format_types[i]->doc);
}

static enum status
command_models(const struct arguments *arguments, struct error *err)
{
    (void)arguments;
    return print_text(append_models, err);
}

static enum status
command_reference(const struct arguments *arguments, struct error *err)
{
    (void)arguments;
    return print_text(scenario_reference, err);
}

static enum status
command_schema(const struct arguments *arguments, struct error *err)
{
    (void)arguments;
    return print_text(scenario_schema, err);
}

static const struct command {
    const char *name, *operands, *doc;
    enum status (*run)(const struct arguments *arguments, struct error *err);
} commands[] = {
    {"import", "FILE...", "turn CSV files (also in .gz .zip .xz .zst) into a tape", command_import},
    {"run", "SCENARIO", "replay a scenario (or the one in a result) and write its result",
     command_run},
    {"report", "RESULT", "draw a result as one self-contained HTML page", command_report},
    {"check", "SCENARIO", "check a scenario and its tapes, print it with all defaults",
     command_check},
    {"export", "RESULT", "write a fund's history as rows shaped like OKX's public ones",
     command_export},
    {"info", "FILE...", "say what a tape or a result holds", command_info},
    {"models", "", "list what a scenario can pick from, with parameters and sources",
     command_models},
    {"generate", "", "make up a storm in Binance Vision's CSV form", command_generate},
    {"reference", "", "print the manual of scenario keys (Markdown)", command_reference},
    {"schema", "", "print the JSON schema of scenarios, for editors", command_schema},
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* ---- help ---- */

static void
print_overview(FILE *to)
{
    fputs("seawall: would the insurance fund have held?\n\n"
          "usage: seawall COMMAND [OPTION]... [FILE]...\n\n",
          to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].doc);
    fputs(
        "\nseawall COMMAND -h explains a command; seawall --version prints versions.\n"
        "exit codes: 0 done, 64 usage, 65 bad data or scenario, 66 missing input, 70 bug,\n"
        "            71 out of memory, 73 output cannot be created, 74 I/O error, 77 permission\n",
        to);
}

static void
append_version(struct text *out)
{
    libraries_versions(out);
    text_append(out, "License GPL-3.0-or-later. This program comes with ABSOLUTELY NO WARRANTY.\n");
}

static int
fail(const struct error *err)
{
    fprintf(stderr, "seawall: error: %s\n", err->message);
    if (err->code == ERR_USAGE)
        fputs("seawall -h lists the commands, seawall COMMAND -h its options\n", stderr);
    return error_exit_code(err->code);
}

/* "<output>.partial" of the command that runs, or "": for the handler below, which has no other way
 * to know it. */
static char partial_path[PATH_MAX];

/* Somebody wants it to stop: the unfinished output goes, and the signal does what it does. */
static void
on_stop(int signal_number)
{
    if (partial_path[0] != '\0')
        unlink(partial_path);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* Has the unfinished output removed when the command is stopped by a signal. */
static void
watch_output(const struct arguments *arguments)
{
    const int length = snprintf(partial_path, sizeof(partial_path), "%s.partial",
                                arguments->output == NULL ? "" : arguments->output);
    if (arguments->output == NULL || length >= (int)sizeof(partial_path))
        partial_path[0] = '\0';
    signal(SIGINT, on_stop);
    signal(SIGTERM, on_stop);
}

/* An assert failed: the message is on standard error already. */
static void
on_abort(int signal_number)
{
    (void)signal_number;
    _exit(EXIT_BUG);
}

int
main(int argc, char **argv)
{
    signal(SIGABRT, on_abort);
    signal(SIGXFSZ, SIG_IGN); /* a file-size limit is a write error, reported as one */
    libraries_init();
    if (argc < 2 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
        print_overview(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_TRY_HELP : 0;
    }
    struct error err = {.code = OK};
    if (strcmp(argv[1], "--version") == 0)
        return print_text(append_version, &err) == OK ? 0 : fail(&err);
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        struct arguments arguments = arguments_defaults();
        bool help = false;
        enum status status = arguments_parse(
            &arguments, commands[i].name, commands[i].operands[0] != '\0', argc, argv, &help, &err);
        if (help) {
            printf("usage: seawall %s [OPTION]... %s\n\n%s\n\n", commands[i].name,
                   commands[i].operands, commands[i].doc);
            arguments_help(commands[i].name);
            return 0;
        }
        watch_output(&arguments);
        if (status == OK)
            status = commands[i].run(&arguments, &err);
        if (status == OK && (fflush(stdout) != 0 || ferror(stdout)))
            status = error_set(&err, ERR_IO, "cannot write to standard output");
        return status == OK ? 0 : fail(&err);
    }
    error_set(&err, ERR_USAGE, "there is no command '%s'", argv[1]);
    return fail(&err);
}
