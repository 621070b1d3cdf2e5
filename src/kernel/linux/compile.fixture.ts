import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const XDP = fileURLToPath(new URL("../../datapath/xdp/", import.meta.url));

export interface Compiled {
  readonly path: string;
  readonly bytes: Uint8Array;
  remove(): void;
}

/**
 * For tests: a BPF object from C source, compiled as `make build` does, in a folder of its own. The
 * headers of the data path are within its reach.
 */
export function compileBpf(source: string): Compiled {
  const folder = mkdtempSync(join(tmpdir(), "weir-bpf-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "test.bpf.o");
    writeFileSync(join(folder, "test.bpf.c"), source);
    const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
    const includes = [`-I/usr/include/${machine}-linux-gnu`, `-I${XDP}`];
    const options = ["-O2", "-g", "-target", "bpf", "-mcpu=v3", ...includes];
    execFileSync("clang", [...options, "-c", join(folder, "test.bpf.c"), "-o", path]);
    return { path, bytes: readFileSync(path), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
