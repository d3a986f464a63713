/*
 * main.c - the command line; turns status into exit codes; nothing else.
 *
 * One table of commands and one of options drive parsing, help and usage errors.  Results go to
 * standard output, progress and errors to standard error.
 */
#include <getopt.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_version.h>

#include "base/error.h"
#include "base/pool.h"
#include "base/text.h"
#include "io/info.h"
#include "io/progress.h"
#include "io/report.h"
#include "io/run.h"
#include "io/scenario.h"
#include "market/generate.h"
#include "market/import.h"

enum { EXIT_BUG = 70, EXIT_TRY_HELP = 64, OVERRIDES_MAX = 256, THREADS_MAX = 256 };

/* What the command line said. */
struct arguments {
    const char *output;                   /* -o */
    const char *overrides[OVERRIDES_MAX]; /* -s */
    size_t override_count;
    unsigned threads; /* -j */
    bool quiet, force, json;
    const char *format, *instrument;
    enum tape_kind kind;
    int price_scale, quantity_scale;
    enum bars_path bar_path;
    time_ns_t bar_length, gap_limit;
    bool keep_duplicates;
    const char *const *files; /* operands; borrowed */
    size_t file_count;
};

/* One option: which commands take it, and how its text gets into struct arguments. */
struct option_row {
    char letter; /* also the value getopt_long returns; upper case: long form only */
    const char *name, *value, *doc;
    const char *commands; /* names, space separated */
    bool (*set)(struct arguments *arguments, const char *text);
};

static bool
read_count(const char *text, long low, long high, long *value)
{
    char *end;
    *value = strtol(text, &end, 10);
    return end != text && *end == '\0' && *value >= low && *value <= high;
}

static bool
read_choice(const char *text, const char *const *names, int *index)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], text) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool
set_output(struct arguments *arguments, const char *text)
{
    arguments->output = text;
    return text[0] != '\0';
}

static bool
set_override(struct arguments *arguments, const char *text)
{
    if (arguments->override_count == OVERRIDES_MAX || strchr(text, '=') == NULL)
        return false;
    arguments->overrides[arguments->override_count++] = text;
    return true;
}

static bool
set_threads(struct arguments *arguments, const char *text)
{
    long count;
    if (!read_count(text, 1, THREADS_MAX, &count))
        return false;
    arguments->threads = (unsigned)count;
    return true;
}

static bool
set_quiet(struct arguments *arguments, const char *text)
{
    (void)text;
    return arguments->quiet = true;
}

static bool
set_force(struct arguments *arguments, const char *text)
{
    (void)text;
    return arguments->force = true;
}

static bool
set_format(struct arguments *arguments, const char *text)
{
    arguments->format = text;
    return format_find(text) != NULL;
}

static bool
set_instrument(struct arguments *arguments, const char *text)
{
    arguments->instrument = text;
    return text[0] != '\0' && strlen(text) < TAPE_NAME_MAX && strchr(text, '/') == NULL;
}

static bool
set_kind(struct arguments *arguments, const char *text)
{
    int kind;
    if (!read_choice(text, tape_kind_names, &kind))
        return false;
    arguments->kind = (enum tape_kind)kind;
    return true;
}

static bool
set_price_scale(struct arguments *arguments, const char *text)
{
    long scale;
    if (!read_count(text, 0, 18, &scale))
        return false;
    arguments->price_scale = (int)scale;
    return true;
}

static bool
set_quantity_scale(struct arguments *arguments, const char *text)
{
    long scale;
    if (!read_count(text, 0, 18, &scale))
        return false;
    arguments->quantity_scale = (int)scale;
    return true;
}

static bool
set_bar_path(struct arguments *arguments, const char *text)
{
    int path;
    if (!read_choice(text, bars_path_names, &path))
        return false;
    arguments->bar_path = (enum bars_path)path;
    return true;
}

static bool
set_bar_length(struct arguments *arguments, const char *text)
{
    return timeline_parse_duration(text, strlen(text), &arguments->bar_length);
}

static bool
set_gap_limit(struct arguments *arguments, const char *text)
{
    return timeline_parse_duration(text, strlen(text), &arguments->gap_limit);
}

static bool
set_keep_duplicates(struct arguments *arguments, const char *text)
{
    (void)text;
    return arguments->keep_duplicates = true;
}

static const struct option_row option_rows[] = {
    {'o', "output", "FILE", "where the result goes (generate: a directory)",
     "import run report generate", set_output},
    {'s', "set", "KEY=VALUE", "override one key; may be repeated", "run check generate",
     set_override},
    {'j', "threads", "N", "threads to use (default: the CPUs of this process)", "import run",
     set_threads},
    {'f', "force", NULL, "replace an output file that exists", "import run report", set_force},
    {'q', "quiet", NULL, "no progress, no summary", "import run report generate", set_quiet},
    {'F', "format", "NAME", "format of the files (default: told from the data)", "import",
     set_format},
    {'I', "instrument", "NAME", "instrument name on the tape", "import", set_instrument},
    {'K', "kind", "KIND", "trade, mark, index or funding, where a file does not say", "import",
     set_kind},
    {'P', "price-scale", "N", "decimals of prices, 0 to 18", "import", set_price_scale},
    {'Q', "quantity-scale", "N", "decimals of quantities, 0 to 18", "import", set_quantity_scale},
    {'B', "bar-path", "PATH",
     "path inside a bar: open-low-high-close (default), open-high-low-close, adverse", "import",
     set_bar_path},
    {'L', "bar-length", "TIME", "length of bars that are stamped at their end, e.g. 1min", "import",
     set_bar_length},
    {'G', "gap", "TIME", "count times without a row longer than this as gaps, e.g. 60s", "import",
     set_gap_limit},
    {'D', "keep-duplicates", NULL, "keep rows that repeat the one before them", "import",
     set_keep_duplicates},
};
enum { OPTION_ROWS = sizeof(option_rows) / sizeof(option_rows[0]) };

/* ---- commands ---- */

static enum status
need_output(const struct arguments *arguments, const char *command, bool is_file, struct error *err)
{
    if (arguments->output == NULL)
        return error_set(err, ERR_USAGE, "%s: say where the result goes with -o", command);
    if (is_file && !arguments->force && access(arguments->output, F_OK) == 0)
        return error_set(err, ERR_CREATE, "%s exists already; use -f to replace it",
                         arguments->output);
    return OK;
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
    struct text out = {0};
    const enum status told = info_print(arguments->output, &out, err);
    if (told == OK)
        fputs(out.data, stdout);
    text_clear(&out);
    return told;
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
    if (problems.length > 0)
        fputs(problems.data, stderr);
    text_clear(&problems);
    return status;
}

static enum status
command_run(const struct arguments *arguments, struct error *err)
{
    struct scenario scenario;
    TRY(need_output(arguments, "run", true, err));
    TRY(read_scenario(arguments, "run", &scenario, err));
    struct progress progress;
    struct pool *pool = NULL;
    progress_init(&progress, "run", arguments->quiet);
    enum status status = pool_open(&pool, arguments->threads, err);
    if (status == OK)
        status = run_scenario(&scenario, arguments->output, pool, &progress, err);
    progress_end(&progress);
    pool_close(pool);
    scenario_clear(&scenario);
    if (status != OK || arguments->quiet)
        return status;
    struct text out = {0};
    status = info_print(arguments->output, &out, err);
    if (status == OK)
        fputs(out.data, stdout);
    text_clear(&out);
    return status;
}

static enum status
command_check(const struct arguments *arguments, struct error *err)
{
    struct scenario scenario;
    TRY(read_scenario(arguments, "check", &scenario, err));
    struct text out = {0};
    scenario_print(&scenario, &out);
    const enum status status = run_check(&scenario, err);
    if (status == OK)
        fputs(out.data, stdout);
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

static enum status
command_info(const struct arguments *arguments, struct error *err)
{
    if (arguments->file_count == 0)
        return error_set(err, ERR_USAGE, "info: name a tape or a result");
    for (size_t i = 0; i < arguments->file_count; i++) {
        struct text out = {0};
        const enum status status = info_print(arguments->files[i], &out, err);
        if (status == OK)
            fputs(out.data, stdout);
        text_clear(&out);
        TRY(status);
    }
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
    {"import", "FILE...", "turn a venue's CSV files (.csv .gz .zip) into a tape", command_import},
    {"run", "SCENARIO", "replay a scenario (or the one in a result) and write its result",
     command_run},
    {"report", "RESULT", "draw a result as one self-contained HTML page", command_report},
    {"check", "SCENARIO", "check a scenario and its tapes, print it with all defaults",
     command_check},
    {"info", "FILE...", "say what a tape or a result holds", command_info},
    {"models", "", "list what a scenario can pick from, with parameters and sources",
     command_models},
    {"generate", "", "make up a storm in Binance Vision's CSV form", command_generate},
    {"reference", "", "print the manual of scenario keys (Markdown)", command_reference},
    {"schema", "", "print the JSON schema of scenarios, for editors", command_schema},
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* ---- parsing and help ---- */

/* `name` is one of the space separated words of `list`. */
static bool
lists(const char *list, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)) != NULL; at += length) {
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

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
print_command(const struct command *command)
{
    printf("usage: seawall %s [OPTION]... %s\n\n%s\n\n", command->name, command->operands,
           command->doc);
    for (size_t i = 0; i < OPTION_ROWS; i++) {
        const struct option_row *row = &option_rows[i];
        if (!lists(row->commands, command->name))
            continue;
        char text[64];
        snprintf(text, sizeof(text), "--%s%s%s", row->name, row->value == NULL ? "" : " ",
                 row->value == NULL ? "" : row->value);
        if (row->letter >= 'a')
            printf("  -%c, %-26s %s\n", row->letter, text, row->doc);
        else
            printf("      %-26s %s\n", text, row->doc);
    }
    printf("  -h, %-26s %s\n", "--help", "this text");
}

static void
print_version(void)
{
    unsigned major, minor, release;
    H5get_libversion(&major, &minor, &release);
    printf("seawall %s\nHDF5 %u.%u.%u, GSL %s\n"
           "License GPL-3.0-or-later. This program comes with ABSOLUTELY NO WARRANTY.\n",
           run_version(), major, minor, release, gsl_version);
}

/* Fills *arguments from argv after the command's name.  True in *help when help was asked for. */
static enum status
parse(const struct command *command, int argc, char **argv, struct arguments *arguments, bool *help,
      struct error *err)
{
    struct option options[OPTION_ROWS + 2] = {{.name = "help", .val = 'h'}};
    char letters[2 * OPTION_ROWS + 4] = "+:h";
    size_t count = 1;
    for (size_t i = 0; i < OPTION_ROWS; i++) {
        const struct option_row *row = &option_rows[i];
        if (!lists(row->commands, command->name))
            continue;
        options[count++] = (struct option){
            .name = row->name,
            .has_arg = row->value != NULL ? required_argument : no_argument,
            .val = row->letter,
        };
        if (row->letter >= 'a')
            snprintf(letters + strlen(letters), sizeof(letters) - strlen(letters), "%c%s",
                     row->letter, row->value != NULL ? ":" : "");
    }
    /* Options and operands may be mixed: each operand is moved behind and parsing goes on. */
    size_t operands = 0;
    for (opterr = 0, optind = 2; optind < argc;) {
        const int letter = getopt_long(argc, argv, letters, options, NULL);
        if (letter == -1 && optind < argc && strcmp(argv[optind - 1], "--") != 0) {
            argv[1 + operands++] = argv[optind++];
            continue;
        }
        if (letter == -1) {
            while (optind < argc)
                argv[1 + operands++] = argv[optind++];
            break;
        }
        if (letter == 'h') {
            *help = true;
            return OK;
        }
        if (letter == '?' || letter == ':')
            return error_set(err, ERR_USAGE, "%s: %s '%s'", command->name,
                             letter == '?' ? "there is no option" : "a value is missing after",
                             argv[optind - 1]);
        for (size_t i = 0; i < OPTION_ROWS; i++) {
            const struct option_row *row = &option_rows[i];
            if (row->letter == letter && !row->set(arguments, optarg))
                return error_set(err, ERR_USAGE, "%s: --%s '%s' is not what it takes: %s",
                                 command->name, row->name, optarg, row->doc);
        }
    }
    arguments->files = (const char *const *)(argv + 1);
    arguments->file_count = operands;
    if (command->operands[0] == '\0' && operands > 0)
        return error_set(err, ERR_USAGE, "%s: takes no files, but there is '%s'", command->name,
                         argv[1]);
    return OK;
}

static int
fail(const struct error *err)
{
    fprintf(stderr, "seawall: error: %s\n", err->message);
    if (err->code == ERR_USAGE)
        fputs("seawall -h lists the commands, seawall COMMAND -h its options\n", stderr);
    return error_exit_code(err->code);
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
    gsl_set_error_handler_off();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (argc < 2 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
        print_overview(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_TRY_HELP : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        print_version();
        return 0;
    }
    struct error err = {.code = OK};
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        struct arguments arguments = {.threads = pool_default_threads(),
                                      .kind = FORMAT_KIND_ANY,
                                      .price_scale = -1,
                                      .quantity_scale = -1};
        bool help = false;
        enum status status = parse(&commands[i], argc, argv, &arguments, &help, &err);
        if (help) {
            print_command(&commands[i]);
            return 0;
        }
        if (status == OK)
            status = commands[i].run(&arguments, &err);
        if (status == OK && (fflush(stdout) != 0 || ferror(stdout)))
            status = error_set(&err, ERR_IO, "cannot write to standard output");
        return status == OK ? 0 : fail(&err);
    }
    error_set(&err, ERR_USAGE, "there is no command '%s'", argv[1]);
    return fail(&err);
}
