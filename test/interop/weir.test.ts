/** Weir and the real keepalived, each as master of the other. */
import { KEEPALIVED } from "../lab/ha/directors.ts";
import { WEIR_DAEMON } from "../lab/ha/weir-daemon.ts";
import { meetingsOf } from "./meet.ts";

meetingsOf(WEIR_DAEMON, KEEPALIVED);
meetingsOf(KEEPALIVED, WEIR_DAEMON);
