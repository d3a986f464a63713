#include "io/scenario_load.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario_fill.h"
#include "io/scenario_result.h"
#include "io/scenario_text.h"
#include "io/scenario_yaml.h"

enum { RANK_SCENARIO = 0, RANK_VENUE = 1 };

void
scenario_load_clear(struct scenario_tree *tree)
{
    scenario_node_free(tree->root);
    for (size_t i = 0; i < tree->source_count; i++) {
        free(tree->sources[i]->label);
        free(tree->sources[i]->text);
        free(tree->sources[i]);
    }
    free(tree->sources);
    free(tree->directory);
    *tree = (struct scenario_tree){0};
}

struct scenario_source *
scenario_load_source(struct scenario_tree *tree, const char *label, char *text, size_t length,
                     int rank)
{
    struct scenario_source **sources =
        realloc(tree->sources, (tree->source_count + 1) * sizeof(struct scenario_source *));
    struct scenario_source *source = calloc(1, sizeof(*source));
    char *kept = strdup(label);
    if (sources != NULL)
        tree->sources = sources;
    if (sources == NULL || source == NULL || kept == NULL) {
        free(source);
        free(kept);
        free(text);
        tree->problems->out_of_memory = true;
        return NULL;
    }
    *source = (struct scenario_source){kept, text, length, rank};
    sources[tree->source_count++] = source;
    return source;
}

/* Reads a whole file of at most SCENARIO_BYTES_MAX bytes; *text is owned by the caller. */
static enum status
read_text(const char *path, char **text, size_t *length, struct error *err)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_system(err, ERR_IO, path, "open", errno);
    char *data = malloc(SCENARIO_BYTES_MAX + 1);
    if (data == NULL) {
        fclose(file);
        return error_memory(err, "reading a scenario");
    }
    errno = 0;
    const size_t count = fread(data, 1, SCENARIO_BYTES_MAX + 1, file);
    const int failed = ferror(file) ? (errno != 0 ? errno : EIO) : 0;
    fclose(file);
    enum status status = OK;
    if (failed != 0)
        status = error_system(err, ERR_IO, path, "read", failed);
    else if (count > SCENARIO_BYTES_MAX && !scenario_result_is(data, count))
        status = error_set(err, ERR_PARSE, "%s: is larger than 1 MB, which no scenario is", path);
    if (status != OK) {
        free(data);
        return status;
    }
    *text = data;
    *length = count;
    return OK;
}

/* The directory part of a path with its '/', "" for a bare name. */
static char *
directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? strdup("") : strndup(path, (size_t)(slash - path) + 1);
}

enum status
scenario_load(struct scenario_tree *tree, const char *path, struct error *err)
{
    if (!scenario_text_is_utf8(path, strlen(path)))
        return error_set(err, ERR_NO_INPUT, "the path of the scenario is not UTF-8");
    char *text = NULL;
    size_t length = 0;
    TRY(read_text(path, &text, &length, err));
    const bool result = scenario_result_is(text, length);
    if (result) {
        free(text);
        TRY(scenario_result_read(path, SCENARIO_BYTES_MAX, &text, &length, err));
    }
    /* A result keeps its tapes' paths as the run was given them, resolved already. */
    tree->directory = result ? strdup("") : directory_of(path);
    struct scenario_source *source = scenario_load_source(tree, path, text, length, RANK_SCENARIO);
    if (source == NULL || tree->directory == NULL)
        return error_memory(err, "reading a scenario");
    tree->root = scenario_yaml_read(source, text, length, "", tree->problems);
    return OK;
}

/* The venue's file as a node; NULL after a problem. */
static struct scenario_node *
load_venue_file(struct scenario_tree *tree, const struct scenario_node *named)
{
    char *path = scenario_fill_join(tree->directory, named->text);
    if (path == NULL) {
        tree->problems->out_of_memory = true;
        return NULL;
    }
    struct error err = {0};
    char *text = NULL;
    size_t length = 0;
    struct scenario_node *node = NULL;
    const enum status status = read_text(path, &text, &length, &err);
    if (status != OK)
        scenario_problem_add(tree->problems, named->place, status, "venue", "%s", err.message);
    else {
        struct scenario_source *source = scenario_load_source(tree, path, text, length, RANK_VENUE);
        if (source != NULL)
            node = scenario_yaml_read(source, text, length, "venue", tree->problems);
    }
    free(path);
    return node;
}

void
scenario_load_venue(struct scenario_tree *tree)
{
    const size_t index = scenario_node_find(tree->root, "venue");
    if (index == SIZE_MAX)
        return;
    struct scenario_node **venue = &tree->root->children[index];
    if ((*venue)->kind != NODE_SCALAR || (*venue)->length == 0)
        return;
    struct scenario_node *loaded = load_venue_file(tree, *venue);
    if (loaded == NULL)
        loaded = scenario_node_new(NODE_BROKEN, (*venue)->place);
    if (loaded == NULL) {
        tree->problems->out_of_memory = true;
        return;
    }
    scenario_node_free(*venue);
    *venue = loaded;
}
