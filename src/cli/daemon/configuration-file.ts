import { randomInt } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { failure, type Result, success } from "../../base/fault.ts";
import { Random } from "../../base/random.ts";
import type { Sources } from "../../config/language/sources.ts";
import { load } from "../../config/load.ts";
import type { Finding } from "../../config/tree.ts";
import type { ReadFile } from "../../daemon/availability.ts";

/** More than any configuration has, and no more than is read without harm. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * A configuration file with all that it includes. `id`: which lines `@id` are for; the host's short
 * name without.
 *
 * Faults: CONFIGURATION_MISSING, CONFIGURATION_REFUSED where it has errors.
 */
export function readConfigurationFile(path: string, id: string | undefined): Result<ReadFile> {
  const loaded = load(path, sourcesOf(id));
  if (loaded === undefined) {
    const fix = "see that it is there and that it can be read";
    return failure("CONFIGURATION_MISSING", `The configuration file ${path} cannot be read`, fix);
  }
  const { configuration, findings } = loaded;
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const what = errors.map(line).join("; ");
    const fix = `weir check ${path} shows each in its place`;
    return failure("CONFIGURATION_REFUSED", `${path} has errors: ${what}`, fix);
  }
  return success({ configuration, findings: findings.map(line) });
}

/** The files, the environment and the chance of this host. */
export function sourcesOf(id: string | undefined): Sources {
  return {
    read: readText,
    list: (pattern) => globSync(pattern).sort(),
    environment: (name) => process.env[name],
    random: new Random(randomInt(2 ** 32)),
    instance: id ?? hostname().split(".")[0]!,
    directory: process.cwd(),
  };
}

function readText(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return text.length > FILE_BYTES_MAX ? undefined : text;
  } catch {
    return undefined;
  }
}

function line({ place, message }: Finding): string {
  return `${place.file}:${place.line}: ${message}`;
}
