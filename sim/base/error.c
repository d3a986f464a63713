#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum status
error_set(struct error *err, enum status code, const char *format, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->message, sizeof(err->message), format, args);
        va_end(args);
        err->code = code;
    }
    return code;
}

enum status
error_system(struct error *err, enum status otherwise, const char *path, const char *doing,
             int errno_value)
{
    enum status code = otherwise;
    if (errno_value == ENOENT && otherwise != ERR_CREATE)
        code = ERR_NO_INPUT;
    else if (errno_value == EACCES || errno_value == EPERM)
        code = ERR_PERMISSION;
    return error_set(err, code, "%s: cannot %s: %s", path, doing, strerror(errno_value));
}

int
error_exit_code(enum status status)
{
    static const int codes[] = {
        [OK] = 0,          [ERR_USAGE] = 64,    [ERR_PARSE] = 65,
        [ERR_RANGE] = 65,  [ERR_NO_INPUT] = 66, [ERR_MEMORY] = 71,
        [ERR_CREATE] = 73, [ERR_IO] = 74,       [ERR_PERMISSION] = 77,
    };
    return codes[status];
}
