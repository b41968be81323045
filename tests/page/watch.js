/* SPDX-License-Identifier: Apache-2.0 */
/* Put before a page's own script: notes what goes wrong. */
"use strict";
window.faults = [];
window.addEventListener("error", event => window.faults.push(event.message));
window.addEventListener("unhandledrejection", event => window.faults.push(String(event.reason)));
window.addEventListener("securitypolicyviolation", event => window.faults.push(event.blockedURI));
for (const level of ["error", "warn"])
    console[level] = (...what) => window.faults.push(what.join(" "));
