/* SPDX-License-Identifier: Apache-2.0 */
/* plugin.h first and alone, as strict C++17; then where its members lie. */
#include <sepbench/plugin.h>

#include "layout.h"

int main()
{
    return check_layout();
}
