/* Options of `seawall generate`, one a line: whatever is accepted must print and read back. */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "market/generate.h"

/* Applies every line; refused lines change nothing. */
static void
apply(struct generate_options *options, char *lines)
{
    struct error err;
    char *rest = lines;
    for (char *end; (end = strchr(rest, '\n')) != NULL; rest = end + 1) {
        *end = '\0';
        if (generate_options_set(options, rest, &err) != OK)
            assert(err.code == ERR_USAGE || err.code == ERR_RANGE);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct generate_options options, again;
    struct error err;
    struct text first = {0}, second = {0};
    char *lines = malloc(size + 2);
    if (lines == NULL || generate_options_init(&options, &err) != OK ||
        generate_options_init(&again, &err) != OK)
        abort();
    memcpy(lines, data, size);
    memcpy(lines + size, "\n", 2);
    apply(&options, lines);
    generate_options_print(&options, &first);
    char *copy = malloc(first.length + 1);
    if (copy == NULL)
        abort();
    memcpy(copy, first.data, first.length + 1);
    apply(&again, copy);
    generate_options_print(&again, &second);
    assert(strcmp(first.data, second.data) == 0);
    text_clear(&first);
    text_clear(&second);
    free(copy);
    free(lines);
    generate_options_clear(&options);
    generate_options_clear(&again);
    return 0;
}
