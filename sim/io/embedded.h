/*
 * embedded.h - the files of the report that cmake/embed.cmake puts into the program.
 */
#ifndef SIM_IO_EMBEDDED_H
#define SIM_IO_EMBEDDED_H

#include <stddef.h>

struct embedded {
    const unsigned char *bytes; /* followed by a NUL */
    size_t size;                /* without the NUL */
};

extern const struct embedded embedded_template;         /* reports/template/report.html */
extern const struct embedded embedded_style;            /* reports/template/report.css */
extern const struct embedded embedded_script;           /* reports/template/report.js */
extern const struct embedded embedded_dygraphs_script;  /* dygraph.min.js */
extern const struct embedded embedded_dygraphs_style;   /* dygraph.min.css */
extern const struct embedded embedded_dygraphs_licence; /* its MIT notice */

#endif
