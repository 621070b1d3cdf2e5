import { Random } from "../../base/random.ts";
import type { Sources } from "../language/sources.ts";

/** Files in memory, in a working directory /etc/keepalived, on a host called "main". */
export function sourcesOf(files: Readonly<Record<string, string>>): Sources {
  return {
    read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    list: (pattern) => {
      const expression = pattern.replace(/[.+^$()|\\]/g, "\\$&").replace(/\*/g, "[^/]*");
      return Object.keys(files)
        .filter((path) => new RegExp(`^${expression}$`).test(path))
        .sort();
    },
    environment: (name) => (name === "HOME" ? "/root" : undefined),
    random: new Random(1),
    instance: "main",
    directory: "/etc/keepalived",
  };
}
