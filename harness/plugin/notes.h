/* SPDX-License-Identifier: Apache-2.0 */
/* Notes that the processes of a plugin pass on to each other: see sb_host_notes. Lines
 * "NAME=TEXT\n", or "=NAME=TEXT\n" for those that outlast the run. */
#ifndef SB_PLUGIN_NOTES_H
#define SB_PLUGIN_NOTES_H

#include <stdbool.h>

#define SB_MAX_NOTES 256 /* bytes of all notes of a plugin, with the terminating zero */

/* Copies the text of a note. False if there is no note of that name. */
bool sb_notes_find(const char *notes, const char *name, char text[static SB_MAX_NOTES]);

/* Adds or replaces a note. False, and nothing changes, if name or text is empty or not printable
 * ASCII, if the name has a '=', or if there is no room. */
bool sb_notes_keep(char notes[static SB_MAX_NOTES], const char *name, const char *text);

/* The same for lasting notes. A lasting note and another one may have the same name. */
bool sb_notes_find_lasting(const char *notes, const char *name, char text[static SB_MAX_NOTES]);
bool sb_notes_keep_lasting(char notes[static SB_MAX_NOTES], const char *name, const char *text);

/* Copies name and text of the next lasting note; *at is the notes at first. False at the end. */
bool sb_notes_next_lasting(const char **at, char name[static SB_MAX_NOTES],
                           char text[static SB_MAX_NOTES]);

#endif
