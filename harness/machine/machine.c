/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/machine.h"

#include "core/log.h"

int sb_machine_read(const char *cores, sb_machine *machine, sb_error *error)
{
    machine->have_peaks = false;
    if (sb_topology_read(cores, &machine->topology, error) < 0 ||
        sb_cpu_from(&machine->topology, &machine->cpu, error) < 0)
        return SB_FAILED;
    sb_conditions_read(&machine->topology, &machine->conditions);
    return SB_OK;
}

void sb_machine_find_peaks(sb_machine *machine)
{
    sb_error error;
    machine->have_peaks = sb_peaks_get(&machine->topology, false, &machine->peaks, &error) == SB_OK;
    if (!machine->have_peaks)
        sb_warn("no roofline: %s", error.text);
}
