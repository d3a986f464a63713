#include "io/libraries.h"

#include <hdf5.h>

#include "base/rng.h"
#include "io/hdf.h"

void
libraries_init(void)
{
    hdf_start();
    rng_library_init();
}

void
libraries_versions(struct text *out)
{
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    text_printf(out, "seawall %s\nHDF5 %u.%u.%u, GSL %s\n", SEAWALL_VERSION, major, minor, release,
                SEAWALL_GSL_VERSION);
}
