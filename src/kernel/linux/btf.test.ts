import { deepEqual, equal, ok } from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { readBtf } from "./btf.ts";
import { type Compiled, compileBpf } from "./compile.fixture.ts";
import { readElf } from "./elf.ts";

const SOURCE = `
typedef unsigned int u32;
struct inner { unsigned char a; unsigned short b; };
union either { unsigned long long word; unsigned char bytes[8]; };
enum state { NONE, SYN = 70000 };
struct __attribute__((packed)) outer {
  unsigned char first;
  struct inner inside[3];
  union either either;
  const volatile u32 *pointer;
  enum state state;
  u32 narrow : 3, wide : 29;
  _Bool yes;
};
const volatile u32 numbers[10];
const volatile unsigned char small = 1;
const volatile u32 after_small = 7;
u32 counter = 5;
struct outer global;
char _license[] __attribute__((section("license"))) = "GPL";
`;

const compiled: Compiled = compileBpf(SOURCE);
after(() => compiled.remove());

function readAll(file: Uint8Array) {
  const elf = readElf(file);
  ok(elf.ok);
  const btf = readBtf(elf.value);
  ok(btf.ok);
  return { elf: elf.value, btf: btf.value };
}

test("readBtf() finds members at the offsets and sizes that clang gave them", () => {
  const { structs } = readAll(compiled.bytes).btf;
  const outer = structs.get("outer");
  equal(outer?.size, 1 + 3 * 4 + 8 + 8 + 4 + 4 + 1);
  const places = outer.members.map(({ name, offset, size }) => `${name} ${offset}+${size}`);
  deepEqual(places, [
    "first 0+1",
    "inside 1+12",
    "either 13+8",
    "pointer 21+8",
    "state 29+4",
    "narrow 33+4",
    "wide 33+4",
    "yes 37+1",
  ]);
  const inner = structs.get("inner")?.members.map(({ name, offset }) => `${name} ${offset}`);
  deepEqual(inner, ["a 0", "b 2"]);
  equal(structs.get("either")?.size, 8);
});

test("readBtf() places variables by the symbol table: their bytes are there", () => {
  const { elf, btf } = readAll(compiled.bytes);
  const contentOf = (name: string) => {
    const variable = btf.variables.get(name);
    ok(variable !== undefined);
    const { bytes } = elf.sections.get(variable.section)!;
    return [...bytes.subarray(variable.offset, variable.offset + variable.size)];
  };
  deepEqual(contentOf("small"), [1]);
  deepEqual(contentOf("after_small"), [7, 0, 0, 0]);
  deepEqual(contentOf("counter"), [5, 0, 0, 0]);
  deepEqual(contentOf("_license"), [...Buffer.from("GPL\0")]);
  equal(contentOf("numbers").length, 40);
  equal(btf.variables.get("numbers")?.section, ".rodata");
});

test("readElf() answers a file that was cut off with a fault", () => {
  const whole = readAll(compiled.bytes).elf;
  const sizes = fc.integer({ min: 0, max: compiled.bytes.length - 1 });
  fc.assert(
    fc.property(sizes, (size) => {
      const elf = readElf(compiled.bytes.subarray(0, size));
      // The last bytes of a file may belong to the names of debug sections or to none at all.
      if (elf.ok) deepEqual(elf.value.symbols, whole.symbols);
      else equal(elf.fault.code, "OBJECT_BROKEN");
    }),
    { numRuns: 300 },
  );
  equal(readElf(compiled.bytes.subarray(0, compiled.bytes.length / 2)).ok, false);
});

test("readBtf() answers a section that was cut off with a fault", () => {
  const { elf } = readAll(compiled.bytes);
  const section = elf.sections.get(".BTF")!;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: section.bytes.length - 1 }), (size) => {
      const cut = { ...section, bytes: section.bytes.subarray(0, size) };
      const btf = readBtf({ ...elf, sections: new Map([[".BTF", cut]]) });
      equal(btf.ok, false);
    }),
    { numRuns: 300 },
  );
});

test("an object without BTF says what to do", () => {
  const { elf } = readAll(compiled.bytes);
  const btf = readBtf({ ...elf, sections: new Map() });
  equal(btf.ok ? "" : btf.fault.fix, "compile it with -g");
});
