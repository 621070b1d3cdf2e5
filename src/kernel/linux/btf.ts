import { failure, type Result, success } from "../../base/fault.ts";
import { type Elf, readString, viewOf } from "./elf.ts";

export interface Member {
  readonly name: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly size: number;
}

/** A struct or a union of the C source. */
export interface Struct {
  readonly name: string;
  readonly size: number;
  readonly members: readonly Member[];
}

/** A global variable; where it lies the file's symbols say. */
export interface Variable {
  readonly name: string;
  readonly section: string;
  readonly offset: number;
  readonly size: number;
}

export interface Btf {
  /** Named structs and unions. */
  readonly structs: ReadonlyMap<string, Struct>;
  readonly variables: ReadonlyMap<string, Variable>;
}

const MAGIC = 0xeb9f;
const HEADER_BYTES = 24;
const TYPE_BYTES = 12;
const POINTER_BYTES = 8;

/** Kinds of a type, <linux/btf.h>. */
const KIND = {
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  forward: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  function: 12,
  prototype: 13,
  variable: 14,
  datasec: 15,
  float: 16,
  declTag: 17,
  typeTag: 18,
  enum64: 19,
} as const;

/** Bytes that follow a type: those of one kind, and those of each of its `vlen` items. */
const TRAILER: Readonly<Record<number, readonly [fixed: number, item: number]>> = {
  [KIND.int]: [4, 0],
  [KIND.array]: [12, 0],
  [KIND.struct]: [0, 12],
  [KIND.union]: [0, 12],
  [KIND.enum]: [0, 8],
  [KIND.prototype]: [0, 8],
  [KIND.variable]: [4, 0],
  [KIND.datasec]: [0, 12],
  [KIND.declTag]: [4, 0],
  [KIND.enum64]: [0, 12],
};

interface Type {
  readonly name: string;
  readonly kind: number;
  readonly items: number;
  readonly flag: boolean;
  /** Bytes for kinds that have a size, else the id of the type referred to. */
  readonly sizeOrType: number;
  readonly trailer: DataView;
}

interface Types {
  /** By id; id 0 is void. */
  readonly list: readonly Type[];
  readonly strings: Uint8Array;
}

/**
 * The structs and variables that the compiler described in the section ".BTF"
 * (Documentation/bpf/btf.rst).
 *
 * Faults: OBJECT_BROKEN.
 */
export function readBtf(elf: Elf): Result<Btf> {
  const section = elf.sections.get(".BTF");
  if (section === undefined) {
    return failure("OBJECT_BROKEN", "The BPF object has no BTF", "compile it with -g");
  }
  try {
    const types = readTypes(section.bytes);
    return success({ structs: readStructs(types), variables: readVariables(types, elf) });
  } catch (error) {
    if (error instanceof RangeError) return failure("OBJECT_BROKEN", "The BTF ends too early");
    throw error;
  }
}

function readTypes(btf: Uint8Array): Types {
  const view = viewOf(btf);
  if (view.getUint16(0, true) !== MAGIC) throw new RangeError("no BTF");
  const body = view.getUint32(4, true);
  if (body < HEADER_BYTES) throw new RangeError("a short header");
  const start = body + view.getUint32(8, true);
  const end = start + view.getUint32(12, true);
  const strings = btf.subarray(body + view.getUint32(16, true));
  const none = { name: "", kind: 0, items: 0, flag: false, sizeOrType: 0, trailer: viewOf(btf) };
  const list: Type[] = [none];
  for (let at = start; at < end; ) {
    const info = view.getUint32(at + 4, true);
    const kind = (info >>> 24) & 0x1f;
    const items = info & 0xffff;
    const [fixed, item] = TRAILER[kind] ?? [0, 0];
    const length = fixed + item * items;
    list.push({
      name: readString(strings, view.getUint32(at, true)),
      kind,
      items,
      flag: info >>> 31 === 1,
      sizeOrType: view.getUint32(at + 8, true),
      trailer: new DataView(btf.buffer, btf.byteOffset + at + TYPE_BYTES, length),
    });
    at += TYPE_BYTES + length;
  }
  return { list, strings };
}

function readStructs(types: Types): Map<string, Struct> {
  const structs = new Map<string, Struct>();
  for (const type of types.list) {
    const named = type.name !== "" && (type.kind === KIND.struct || type.kind === KIND.union);
    if (!named) continue;
    const members = Array.from({ length: type.items }, (_, item) => member(types, type, item));
    structs.set(type.name, { name: type.name, size: type.sizeOrType, members });
  }
  return structs;
}

function member(types: Types, type: Type, item: number): Member {
  const at = item * 12;
  const place = type.trailer.getUint32(at + 8, true);
  // With the flag set the upper byte is the width of a bit-field and the rest its offset in bits.
  const bits = type.flag ? place & 0xff_ffff : place;
  return {
    name: readString(types.strings, type.trailer.getUint32(at, true)),
    offset: bits >> 3,
    size: sizeOf(types, type.trailer.getUint32(at + 4, true)),
  };
}

/** Bytes that a value of the type takes. */
function sizeOf(types: Types, id: number): number {
  const type = types.list[id];
  if (type === undefined) throw new RangeError("a type that is not there");
  switch (type.kind) {
    case KIND.pointer:
      return POINTER_BYTES;
    case KIND.array:
      return sizeOf(types, type.trailer.getUint32(0, true)) * type.trailer.getUint32(8, true);
    case KIND.typedef:
    case KIND.volatile:
    case KIND.const:
    case KIND.restrict:
    case KIND.typeTag:
    case KIND.variable:
      return sizeOf(types, type.sizeOrType);
    default:
      return type.sizeOrType;
  }
}

/**
 * The BTF of an object file that nobody has linked yet says 0 for the offset of every global
 * variable: libbpf fills it in from the symbol table, and so do we.
 */
function readVariables(types: Types, elf: Elf): Map<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const section of types.list.filter(({ kind }) => kind === KIND.datasec)) {
    for (let item = 0; item < section.items; item++) {
      const id = section.trailer.getUint32(item * 12, true);
      const name = types.list[id]?.name ?? "";
      const offset =
        elf.symbols.get(name)?.offset ?? section.trailer.getUint32(item * 12 + 4, true);
      variables.set(name, { name, section: section.name, offset, size: sizeOf(types, id) });
    }
  }
  return variables;
}
