/**
 * A curve as a picture that needs nothing else: an SVG file.
 *
 * Source  W3C, Scalable Vector Graphics (SVG) 1.1.
 */
#ifndef DN_CLI_SVG_H
#define DN_CLI_SVG_H

#include "cli/plot.h"

#include "digitnet/core.h"

/** Write the plot as dn_file_write does. Errors: as that; DN_ERR_MEMORY. */
DN_NODISCARD dn_status cli_svg_write(const char *path, const cli_plot *plot, dn_error *error);

/** Did cli_svg_write write the file, and is it whole? Errors: DN_ERR_FORMAT when not; DN_ERR_FILE, DN_ERR_MEMORY. */
DN_NODISCARD dn_status cli_svg_check_ours(const char *path, dn_error *error);

#endif
