#include "io/arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "io/export.h"
#include "market/format.h"

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
    if (arguments->override_count == ARGUMENTS_OVERRIDES_MAX || strchr(text, '=') == NULL)
        return false;
    arguments->overrides[arguments->override_count++] = text;
    return true;
}

static bool
set_threads(struct arguments *arguments, const char *text)
{
    long count;
    if (!read_count(text, 1, ARGUMENTS_THREADS_MAX, &count))
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

static bool
set_pool(struct arguments *arguments, const char *text)
{
    arguments->pool = text;
    return text[0] != '\0';
}

static bool
set_every(struct arguments *arguments, const char *text)
{
    arguments->every_event = strcmp(text, "event") == 0;
    arguments->every = TIME_NS_DAY;
    if (arguments->every_event || strcmp(text, "day") == 0)
        return true;
    return timeline_parse_duration(text, strlen(text), &arguments->every) &&
           arguments->every >= TIME_NS_SECOND / 1000 && arguments->every <= TIME_NS_DAY;
}

static bool
set_export_format(struct arguments *arguments, const char *text)
{
    return read_choice(text, export_format_names, &arguments->export_format);
}

static const struct option_row option_rows[] = {
    {'o', "output", "FILE", "where the result goes (generate: a directory)",
     "import run report export generate", set_output},
    {'s', "set", "KEY=VALUE", "override one key; may be repeated", "run check generate",
     set_override},
    {'j', "threads", "N", "threads to use (default: the CPUs of this process)", "import run",
     set_threads},
    {'f', "force", NULL, "replace an output file that exists", "import run report export",
     set_force},
    {'q', "quiet", NULL, "no progress, no summary", "import run report generate", set_quiet},
    {'A', "pool", "NAME", "only this pool (default: all)", "export", set_pool},
    {'E', "every", "WHEN",
     "amounts a day (default) or an event, or a TIME between balances, 1ms to 1d", "export",
     set_every},
    {'X', "format", "NAME", "csv or json (default: by the output's ending, else csv)", "export",
     set_export_format},
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

struct arguments
arguments_defaults(void)
{
    return (struct arguments){.threads = pool_default_threads(),
                              .kind = FORMAT_KIND_ANY,
                              .every = TIME_NS_DAY,
                              .export_format = -1,
                              .price_scale = -1,
                              .quantity_scale = -1};
}

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

enum status
arguments_parse(struct arguments *arguments, const char *command, bool takes_files, int argc,
                char **argv, bool *help, struct error *err)
{
    struct option options[OPTION_ROWS + 2] = {{.name = "help", .val = 'h'}};
    char letters[2 * OPTION_ROWS + 4] = "+:h";
    size_t count = 1;
    for (size_t i = 0; i < OPTION_ROWS; i++) {
        const struct option_row *row = &option_rows[i];
        if (!lists(row->commands, command))
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
            return error_set(err, ERR_USAGE, "%s: %s '%s'", command,
                             letter == '?' ? "there is no option" : "a value is missing after",
                             argv[optind - 1]);
        for (size_t i = 0; i < OPTION_ROWS; i++) {
            const struct option_row *row = &option_rows[i];
            if (row->letter == letter && !row->set(arguments, optarg))
                return error_set(err, ERR_USAGE, "%s: --%s '%s' is not what it takes: %s", command,
                                 row->name, optarg, row->doc);
        }
    }
    arguments->files = (const char *const *)(argv + 1);
    arguments->file_count = operands;
    if (!takes_files && operands > 0)
        return error_set(err, ERR_USAGE, "%s: takes no files, but there is '%s'", command, argv[1]);
    return OK;
}

void
arguments_help(const char *command)
{
    for (size_t i = 0; i < OPTION_ROWS; i++) {
        const struct option_row *row = &option_rows[i];
        if (!lists(row->commands, command))
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
