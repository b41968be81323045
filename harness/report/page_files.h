/* SPDX-License-Identifier: Apache-2.0 */
/* page.css and page.js, which every page contains. make converts them to page_files.c. */
#ifndef SB_REPORT_PAGE_FILES_H
#define SB_REPORT_PAGE_FILES_H

/* They are NUL-terminated. */
extern const char sb_page_style[], sb_page_script[];

#endif
