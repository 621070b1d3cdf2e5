/**
 * Two of the real keepalived: what interoperation tests ask of any pair, asked of a pair that is
 * known to work.
 */
import { KEEPALIVED } from "../lab/ha/directors.ts";
import { meetingsOf } from "./meet.ts";

meetingsOf(KEEPALIVED, KEEPALIVED);
