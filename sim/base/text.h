/*
 * text.h - a growing string, for JSON, YAML and HTML output.
 *
 * Appending never fails visibly: when memory runs out the text stops growing and remembers it;
 * text_failed() is checked once, at the end, by whoever writes the text out.
 */
#ifndef SIM_BASE_TEXT_H
#define SIM_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* {0} is an empty text and safe to clear. */
struct text {
    char *data; /* NUL-terminated when length > 0; owned */
    size_t length, capacity;
    bool failed;
};

void text_clear(struct text *text);
void text_append(struct text *text, const char *string);
void text_append_bytes(struct text *text, const char *bytes, size_t count);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends string with & < > " ' written as entities: safe in HTML text and attributes. */
void text_append_html(struct text *text, const char *string);

/* Appends string as a JSON string literal with its quotes; control characters, < > & and U+2028/9
 * are escaped, so that it is also safe inside a <script> element. */
void text_append_json(struct text *text, const char *string);

bool text_failed(const struct text *text);

#endif
