import type {
  ChangePlan,
  PlannedElection,
  PlannedOperation,
} from "../../daemon/api/availability.ts";
import { operationText } from "./operation-text.ts";

const ELECTION_SIGNS = { joins: "+", leaves: "-", changes: "~" } as const;

const OPERATION_RISKS = {
  "new-connections": "new connections go elsewhere",
  connections: "its connections end",
} as const;

/** A plan, a line each: "+" comes, "-" goes, "~" changes; "!" says whom it hurts. */
export function planText({ path, findings, elections, operations }: ChangePlan): string {
  const lines = [...findings, ...elections.map(electionLine), ...operations.map(operationLine)];
  if (elections.length + operations.length === 0) {
    lines.push(`Nothing to change: the daemon goes by ${path} already`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function electionLine({ instance, change, details, risk }: PlannedElection): string {
  const what = details.length === 0 ? "" : `: ${details.join(", ")}`;
  const why = change === "leaves" ? "its addresses go to another director" : "may be elected anew";
  const warning = risk === undefined ? "" : `  ! ${why}`;
  return `${ELECTION_SIGNS[change]} vrrp_instance ${instance}${what}${warning}`;
}

function operationLine({ operation, risk }: PlannedOperation): string {
  const verb = operation.kind;
  const sign = verb.startsWith("add") ? "+" : verb.startsWith("delete") ? "-" : "~";
  const warning = risk === undefined ? "" : `  ! ${OPERATION_RISKS[risk]}`;
  return `${sign} ipvsadm ${operationText(operation)}${warning}`;
}
