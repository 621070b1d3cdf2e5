/**
 * The command line: one verb a file. `ipvsadm` comes first and alone, because scripts run it often.
 */
const [verb, ...rest] = process.argv.slice(2);

if (verb === "ipvsadm") {
  const { ipvsadmMain } = await import("./ipvsadm/edge.ts");
  process.exitCode = await ipvsadmMain(rest);
} else {
  const { program } = await import("./program.ts");
  await program().parseAsync();
}
