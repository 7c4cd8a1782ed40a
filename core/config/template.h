/* The dbwarden.ini that 'dbwarden init' writes. */
#ifndef CONFIG_TEMPLATE_H
#define CONFIG_TEMPLATE_H

#include "base/buffer.h"

/* Appends a configuration with one [database:ENTRY]: every key is in it, most of them commented out,
 * each with a line that says what it does. Without a type it is the URL's, and without either a file
 * database beside the configuration; with a type alone the URL comes from the environment. 'models' is the
 * value of model_paths. What is appended can be loaded. */
void config_template(struct dbw_buffer *out, const char *entry, const char *type, const char *url,
                     const char *models);

#endif
