/* SPDX-License-Identifier: Apache-2.0 */
/* plugin.h first and alone, as strict C17; then where its members lie. */
#include <sepbench/plugin.h>

#include "layout.h"

int main(void)
{
    return check_layout();
}
