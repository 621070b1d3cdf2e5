/** What keepalived 2.2.7 did in ka-vrrp.txt, the elections of Weir do in the simulator. */
import { VRRP_EXCLUSIONS } from "./ka-vrrp-exclusions.ts";
import { holdSections } from "./ka-vrrp-held.ts";
import { VRRP_SECTIONS, VRRP_STORIES } from "./ka-vrrp-sections.ts";

holdSections(VRRP_SECTIONS, VRRP_STORIES, VRRP_EXCLUSIONS);
