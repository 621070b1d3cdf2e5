/** Lines of a virtual_server, and at their end the scheduler and the method that they lack. */
export function complete(lines: string): string {
  const scheduler = /lb_algo|lvs_sched/.test(lines) ? [] : ["lvs_sched wlc"];
  const method = /^ *(?:lb_kind|lvs_method)/m.test(lines) ? [] : ["lvs_method NAT"];
  return [lines, ...scheduler, ...method].join("\n");
}
