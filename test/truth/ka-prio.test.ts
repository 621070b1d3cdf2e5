/** What keepalived 2.2.7 did in ka-prio.txt and ka-prio2.txt, the elections of Weir do too. */

import { PRIO_EXCLUSIONS } from "./ka-prio-exclusions.ts";
import { PRIO_SECTIONS, PRIO_STORIES } from "./ka-prio-sections.ts";
import { holdSections } from "./ka-vrrp-held.ts";

holdSections(PRIO_SECTIONS, PRIO_STORIES, PRIO_EXCLUSIONS);
