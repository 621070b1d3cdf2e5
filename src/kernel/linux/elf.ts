import { failure, type Result, success } from "../../base/fault.ts";

/** A section of an object file: its bytes as they lie in the file. */
export interface Section {
  readonly name: string;
  readonly type: number;
  readonly link: number;
  readonly bytes: Uint8Array;
}

/** A named place in a section. */
export interface Symbol {
  readonly name: string;
  readonly section: string;
  readonly offset: number;
  readonly size: number;
}

export interface Elf {
  readonly sections: ReadonlyMap<string, Section>;
  readonly symbols: ReadonlyMap<string, Symbol>;
}

const HEADER_BYTES = 64;
const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;

/**
 * The sections and symbols of a 64-bit little-endian object file, as clang writes for BPF (elf(5)).
 *
 * Faults: OBJECT_BROKEN.
 */
export function readElf(file: Uint8Array): Result<Elf> {
  const magic = file.subarray(0, 6).join(" ");
  if (file.length < HEADER_BYTES || magic !== "127 69 76 70 2 1") {
    return broken("it is no 64-bit little-endian ELF file");
  }
  try {
    const sections = readSections(file);
    const symbols = readSymbols(sections);
    const byName = new Map(sections.map((section) => [section.name, section]));
    return success({ sections: byName, symbols });
  } catch (error) {
    // A DataView refuses to read past its end: that is how a file that was cut off shows.
    if (error instanceof RangeError) return broken("it ends too early");
    throw error;
  }
}

function readSections(file: Uint8Array): Section[] {
  const view = viewOf(file);
  const table = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  const headers = Array.from({ length: count }, (_, index) => {
    const at = table + index * SECTION_BYTES;
    const type = view.getUint32(at + 4, true);
    const offset = Number(view.getBigUint64(at + 24, true));
    const size = type === SHT_NOBITS ? 0 : Number(view.getBigUint64(at + 32, true));
    if (offset + size > file.length) throw new RangeError("a section past the end");
    const bytes = file.subarray(offset, offset + size);
    return { name: view.getUint32(at, true), type, link: view.getUint32(at + 40, true), bytes };
  });
  const names = headers[view.getUint16(62, true)];
  if (names === undefined) throw new RangeError("no section of names");
  return headers.map((header) => ({ ...header, name: readString(names.bytes, header.name) }));
}

function readSymbols(sections: readonly Section[]): Map<string, Symbol> {
  const symbols = new Map<string, Symbol>();
  const table = sections.find((section) => section.type === SHT_SYMTAB);
  const names = table === undefined ? undefined : sections[table.link];
  if (table === undefined || names === undefined) return symbols;
  const view = viewOf(table.bytes);
  for (let at = 0; at + SYMBOL_BYTES <= table.bytes.length; at += SYMBOL_BYTES) {
    const name = readString(names.bytes, view.getUint32(at, true));
    const section = sections[view.getUint16(at + 6, true)];
    if (name === "" || section === undefined) continue;
    const offset = Number(view.getBigUint64(at + 8, true));
    const size = Number(view.getBigUint64(at + 16, true));
    symbols.set(name, { name, section: section.name, offset, size });
  }
  return symbols;
}

/** The text from an offset to the next zero byte, as string tables hold it. */
export function readString(table: Uint8Array, offset: number): string {
  const end = table.indexOf(0, offset);
  if (end < 0) throw new RangeError("a string without an end");
  return Buffer.from(table.subarray(offset, end)).toString("latin1");
}

/** A view of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function broken(because: string) {
  return failure(
    "OBJECT_BROKEN",
    `Cannot read the BPF object: ${because}`,
    "run `make clean build`",
  );
}
