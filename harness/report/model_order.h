/* SPDX-License-Identifier: Apache-2.0 */
/* The order of a model's techniques, and their marks. */
#ifndef SB_REPORT_MODEL_ORDER_H
#define SB_REPORT_MODEL_ORDER_H

#include "report/model.h"

/* Sorts the techniques into the order in which figures and tables show them, updates the places
 * that refer to them, and gives each its mark. */
void sb_model_order_techniques(sb_model *model);

#endif
