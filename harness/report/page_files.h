/* SPDX-License-Identifier: Apache-2.0 */
/* page.css and page.js, as they stand in the page. Made into page_files.c by make. */
#ifndef SB_REPORT_PAGE_FILES_H
#define SB_REPORT_PAGE_FILES_H

/* They end with NUL. */
extern const char sb_page_style[], sb_page_script[];

#endif
