#include "io/scenario_yaml.h"

#include <stdint.h>
#include <string.h>

#include <yaml.h>

#include "io/scenario_text.h"

struct loader {
    yaml_parser_t parser;
    const struct scenario_source *source; /* borrowed */
    const char *text;                     /* borrowed */
    size_t length;
    struct scenario_problems *problems; /* borrowed */
    struct scenario_path path;
    size_t nodes;
    bool stopped; /* a problem after which nothing more is read */
};

static struct scenario_place
place_of(const struct loader *loader, yaml_mark_t mark)
{
    if (loader->source->text == NULL)
        return (struct scenario_place){.source = loader->source};
    return (struct scenario_place){loader->source, mark.line + 1, mark.column + 1};
}

/* The mark of a byte offset: libyaml has none for bytes it cannot decode. */
static yaml_mark_t
mark_of_offset(const struct loader *loader, size_t offset)
{
    yaml_mark_t mark = {0};
    for (size_t at = 0; at < offset && at < loader->length;) {
        uint32_t code = 0;
        const size_t bytes = scenario_text_utf8(loader->text + at, loader->length - at, &code);
        const bool pair = code == '\r' && at + 1 < loader->length && loader->text[at + 1] == '\n';
        at += bytes == 0 ? 1 : bytes;
        if (code == '\n' || (code == '\r' && !pair) || code == 0x85 || code == 0x2028 ||
            code == 0x2029) {
            mark.line++;
            mark.column = 0;
        } else
            mark.column += !pair;
    }
    return mark;
}

static void
stop_at(struct loader *loader, yaml_mark_t mark, const char *what)
{
    loader->stopped = true;
    scenario_problem_add(loader->problems, place_of(loader, mark), ERR_PARSE, loader->path.text,
                         "%s", what);
}

static void
stop_for_memory(struct loader *loader)
{
    loader->stopped = true;
    loader->problems->out_of_memory = true;
}

/* The text at the mark starts with a tab, after spaces perhaps. */
static bool
is_tab(const struct loader *loader, yaml_mark_t mark)
{
    const char *at = loader->text, *end = at + loader->length;
    for (size_t line = 0; line < mark.line && at < end; at++)
        line += *at == '\n';
    for (size_t column = 0; column < mark.column && at < end; column++)
        at++;
    return at < end && *at == '\t';
}

static void
stop_for_syntax(struct loader *loader)
{
    const yaml_parser_t *parser = &loader->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        stop_for_memory(loader);
        return;
    }
    loader->stopped = true;
    const bool undecoded = parser->error == YAML_READER_ERROR;
    const yaml_mark_t mark =
        undecoded ? mark_of_offset(loader, parser->problem_offset) : parser->problem_mark;
    const char *problem = parser->problem != NULL ? parser->problem : "is not understood";
    const struct scenario_place place = place_of(loader, mark);
    if (!undecoded && is_tab(loader, mark)) {
        scenario_problem_add(loader->problems, place, ERR_PARSE, "",
                             "a tab where YAML wants spaces: indent with spaces");
    } else {
        scenario_problem_add(loader->problems, place, ERR_PARSE, "", "not YAML: %s%s%s", problem,
                             parser->context != NULL ? ", " : "",
                             parser->context != NULL ? parser->context : "");
    }
}

/* The next event, or false when reading has stopped. */
static bool
next_event(struct loader *loader, yaml_event_t *event)
{
    memset(event, 0, sizeof(*event));
    if (loader->stopped)
        return false;
    if (yaml_parser_parse(&loader->parser, event))
        return true;
    stop_for_syntax(loader);
    return false;
}

/* Anchors and tags are refused on any node; the node is read all the same. */
static void
refuse_decoration(struct loader *loader, yaml_mark_t mark, const yaml_char_t *anchor,
                  const yaml_char_t *tag)
{
    char quoted[SCENARIO_QUOTE_MAX];
    if (anchor != NULL) {
        scenario_text_quote(quoted, (const char *)anchor, strlen((const char *)anchor));
        scenario_problem_add(loader->problems, place_of(loader, mark), ERR_PARSE, loader->path.text,
                             "an anchor (&) named %s: a scenario has none, write the values out",
                             quoted);
    }
    if (tag != NULL) {
        scenario_text_quote(quoted, (const char *)tag, strlen((const char *)tag));
        scenario_problem_add(loader->problems, place_of(loader, mark), ERR_PARSE, loader->path.text,
                             "a tag (!) %s: a scenario has none, the key says what type it is",
                             quoted);
    }
}

static struct scenario_node *load(struct loader *loader, const yaml_event_t *event, int depth);

static struct scenario_node *
load_list(struct loader *loader, const yaml_event_t *start, int depth)
{
    struct scenario_node *list = scenario_node_new(NODE_LIST, place_of(loader, start->start_mark));
    if (list == NULL)
        stop_for_memory(loader);
    yaml_event_t event;
    while (next_event(loader, &event) && event.type != YAML_SEQUENCE_END_EVENT) {
        const size_t cut = scenario_path_index(&loader->path, list->count);
        struct scenario_node *child = load(loader, &event, depth + 1);
        scenario_path_cut(&loader->path, cut);
        yaml_event_delete(&event);
        if (child != NULL && !scenario_node_add(list, NULL, child))
            stop_for_memory(loader);
    }
    yaml_event_delete(&event);
    return list;
}

/* Whether an entry of this key is kept; if not, its value is read and dropped. */
static bool
key_is_fit(struct loader *loader, const struct scenario_node *mapping,
           const struct scenario_node *key)
{
    if (key->kind == NODE_BROKEN)
        return false;
    char quoted[SCENARIO_QUOTE_MAX];
    const char *path = loader->path.text;
    if (key->kind != NODE_SCALAR) {
        scenario_problem_add(loader->problems, key->place, ERR_PARSE, path,
                             "a key must be a single word");
        return false;
    }
    if (strcmp(key->text, "<<") == 0) {
        scenario_problem_add(loader->problems, key->place, ERR_PARSE, path,
                             "a merge key (<<): a scenario has none, write the values out");
        return false;
    }
    const size_t before = scenario_node_find(mapping, key->text);
    if (before != SIZE_MAX) {
        const struct scenario_place *first = &mapping->keys[before]->place;
        scenario_text_quote(quoted, key->text, key->length);
        if (first->line > 0)
            scenario_problem_add(loader->problems, key->place, ERR_PARSE, path,
                                 "duplicate key %s: it is given on line %zu already", quoted,
                                 first->line);
        else
            scenario_problem_add(loader->problems, key->place, ERR_PARSE, path, "duplicate key %s",
                                 quoted);
        return false;
    }
    return true;
}

/* One key and its value into the mapping. */
static void
load_entry(struct loader *loader, struct scenario_node *mapping, const yaml_event_t *key_event,
           int depth)
{
    struct scenario_node *key = load(loader, key_event, depth + 1);
    if (key == NULL)
        return;
    if (mapping->count == SCENARIO_KEYS_MAX)
        stop_at(loader, key_event->start_mark, "more than 256 keys in one mapping");
    const size_t cut = scenario_path_key(&loader->path, key->kind == NODE_SCALAR ? key->text : "?");
    const bool fit = !loader->stopped && key_is_fit(loader, mapping, key);
    yaml_event_t event;
    struct scenario_node *child = NULL;
    if (next_event(loader, &event))
        child = load(loader, &event, depth + 1);
    yaml_event_delete(&event);
    scenario_path_cut(&loader->path, cut);
    if (fit && child != NULL) {
        if (!scenario_node_add(mapping, key, child))
            stop_for_memory(loader);
        return;
    }
    scenario_node_free(key);
    scenario_node_free(child);
}

static struct scenario_node *
load_mapping(struct loader *loader, const yaml_event_t *start, int depth)
{
    struct scenario_node *mapping =
        scenario_node_new(NODE_MAPPING, place_of(loader, start->start_mark));
    if (mapping == NULL)
        stop_for_memory(loader);
    yaml_event_t event;
    while (next_event(loader, &event) && event.type != YAML_MAPPING_END_EVENT) {
        load_entry(loader, mapping, &event, depth);
        yaml_event_delete(&event);
    }
    yaml_event_delete(&event);
    return mapping;
}

static struct scenario_node *
load_scalar(struct loader *loader, const yaml_event_t *event)
{
    const struct scenario_place place = place_of(loader, event->start_mark);
    const char *value = (const char *)event->data.scalar.value;
    const size_t length = event->data.scalar.length;
    struct scenario_node *node;
    if (memchr(value, '\0', length) != NULL) {
        scenario_problem_add(loader->problems, place, ERR_PARSE, loader->path.text,
                             "a text with a NUL character in it");
        node = scenario_node_new(NODE_BROKEN, place);
    } else
        node = scenario_node_scalar(place, value, length);
    if (node == NULL)
        stop_for_memory(loader);
    else
        node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return node;
}

/* The node an event starts; NULL only when reading has stopped. */
static struct scenario_node *
load(struct loader *loader, const yaml_event_t *event, int depth)
{
    if (depth > SCENARIO_DEPTH_MAX) {
        stop_at(loader, event->start_mark, "nested deeper than 32 levels");
        return NULL;
    }
    if (++loader->nodes > SCENARIO_NODES_MAX) {
        stop_at(loader, event->start_mark, "more than 100000 values in one file");
        return NULL;
    }
    struct scenario_node *node;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        refuse_decoration(loader, event->start_mark, event->data.scalar.anchor,
                          event->data.scalar.tag);
        return load_scalar(loader, event);
    case YAML_SEQUENCE_START_EVENT:
        refuse_decoration(loader, event->start_mark, event->data.sequence_start.anchor,
                          event->data.sequence_start.tag);
        return load_list(loader, event, depth);
    case YAML_MAPPING_START_EVENT:
        refuse_decoration(loader, event->start_mark, event->data.mapping_start.anchor,
                          event->data.mapping_start.tag);
        return load_mapping(loader, event, depth);
    default: /* an alias: nothing else can stand where a node starts */
        scenario_problem_add(loader->problems, place_of(loader, event->start_mark), ERR_PARSE,
                             loader->path.text,
                             "an alias (*): a scenario has none, write the value out");
        node = scenario_node_new(NODE_BROKEN, place_of(loader, event->start_mark));
        if (node == NULL)
            stop_for_memory(loader);
        return node;
    }
}

/* Reads events up to the root's end and makes sure that nothing follows it. */
static struct scenario_node *
load_document(struct loader *loader)
{
    struct scenario_node *root = NULL;
    yaml_event_t event;
    while (next_event(loader, &event) && event.type != YAML_STREAM_END_EVENT) {
        if (event.type == YAML_DOCUMENT_START_EVENT && root != NULL)
            stop_at(loader, event.start_mark, "a second document: one file holds one");
        else if (event.type != YAML_STREAM_START_EVENT && event.type != YAML_DOCUMENT_START_EVENT &&
                 event.type != YAML_DOCUMENT_END_EVENT)
            root = load(loader, &event, 1);
        yaml_event_delete(&event);
    }
    yaml_event_delete(&event);
    if (root == NULL && !loader->stopped)
        stop_at(loader, (yaml_mark_t){0}, "there is nothing in it");
    if (loader->stopped) {
        scenario_node_free(root);
        return NULL;
    }
    return root;
}

struct scenario_node *
scenario_yaml_read(const struct scenario_source *source, const char *text, size_t length,
                   const char *path, struct scenario_problems *problems)
{
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* a byte order mark */
        text += 3;
        length -= 3;
    }
    struct loader loader = {.source = source, .text = text, .length = length, .problems = problems};
    scenario_path_key(&loader.path, path);
    if (!yaml_parser_initialize(&loader.parser)) {
        problems->out_of_memory = true;
        return NULL;
    }
    yaml_parser_set_encoding(&loader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&loader.parser, (const unsigned char *)text, length);
    struct scenario_node *root = load_document(&loader);
    yaml_parser_delete(&loader.parser);
    return root;
}
