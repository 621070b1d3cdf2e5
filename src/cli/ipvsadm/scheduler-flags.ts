import { failure, type Result, success } from "../../base/fault.ts";

/** Bits of flag-1, flag-2 and flag-3, and the names that two schedulers have for them. */
const FLAGS: readonly { readonly name: string; readonly bit: number; readonly only?: string }[] = [
  { name: "flag-1", bit: 1 },
  { name: "flag-2", bit: 2 },
  { name: "flag-3", bit: 4 },
  { name: "sh-fallback", bit: 1, only: "sh" },
  { name: "sh-port", bit: 2, only: "sh" },
  { name: "mh-fallback", bit: 1, only: "mh" },
  { name: "mh-port", bit: 2, only: "mh" },
];

/** The comma separated list of -b. Fault: USAGE. */
export function parseSchedulerFlags(text: string, scheduler: string): Result<number> {
  let bits = 0;
  for (const name of text.split(",").filter((part) => part !== "")) {
    const flag = FLAGS.find((known) => known.name === name);
    if (flag === undefined) return failure("USAGE", `invalid scheduler flag \`${name}'`);
    if (flag.only !== undefined && flag.only !== scheduler) {
      return failure("USAGE", `incompatible scheduler flag \`${name}'`);
    }
    bits |= flag.bit;
  }
  return success(bits);
}

/** sh and mh have no name for flag-3 and show nothing for it, as ipvsadm does. */
export function formatSchedulerFlags(bits: number, scheduler: string): string {
  const own = FLAGS.filter((flag) => flag.only === scheduler);
  const names = own.length > 0 ? own : FLAGS.filter((flag) => flag.only === undefined);
  return names
    .filter((flag) => (bits & flag.bit) !== 0)
    .map((flag) => flag.name)
    .join(",");
}
