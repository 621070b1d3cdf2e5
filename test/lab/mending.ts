import assert from "node:assert/strict";
import { attempt, on } from "./lab.ts";
import type { Site } from "./site.ts";

interface Checked {
  readonly ok: boolean;
  readonly findings: readonly { readonly code: string; readonly fix: string }[];
  readonly notes: readonly string[];
}

/** What `weir real-server check` says of a host of the lab. */
export async function check({ lab, topology }: Site, host: string): Promise<Checked> {
  const words = ["real-server", "check", "--vip", topology.vip, "--json"];
  const ended = await attempt(lab, host, "weir", ...words);
  const checked = JSON.parse(ended.stdout) as Checked;
  assert.equal(ended.status, checked.ok ? 0 : 1, ended.stderr);
  return checked;
}

/**
 * Breaks a real server that is as it should be, and mends it by the commands that check names, in
 * their order. Answers the codes of what it found.
 */
export async function mends(site: Site, host: string, ...breaks: string[][]): Promise<string[]> {
  for (const command of breaks) await on(site.lab, host, ...command);
  const broken = await check(site, host);
  for (const { fix } of broken.findings) await on(site.lab, host, "sh", "-c", fix);
  assert.deepEqual((await check(site, host)).findings, []);
  return broken.findings.map(({ code }) => code);
}
