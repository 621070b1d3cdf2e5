import type { Layout } from "./layout.ts";

type NumberField<L> = L extends Layout<infer Name> ? Name : never;

/** Reads and writes records of one layout by index and field name. */
export class Records<L extends Layout> {
  readonly layout: L;
  readonly count: number;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #words: BigUint64Array;

  constructor(layout: L, buffer: ArrayBuffer, byteOffset = 0, byteLength?: number) {
    const length = byteLength ?? buffer.byteLength - byteOffset;
    this.layout = layout;
    this.count = Math.floor(length / layout.size);
    this.#view = new DataView(buffer, byteOffset, length);
    this.#bytes = new Uint8Array(buffer, byteOffset, length);
    this.#words = new BigUint64Array(buffer, byteOffset, length >> 3);
  }

  /** A field of at most 32 bits. Ports (be16) come and go as numbers. */
  get(index: number, name: NumberField<L>): number {
    const field = this.layout.fields[name]!;
    const at = this.#at(index) + field.offset;
    switch (field.type) {
      case "u8":
        return this.#view.getUint8(at);
      case "u16":
        return this.#view.getUint16(at, true);
      case "be16":
        return this.#view.getUint16(at, false);
      case "u32":
        return this.#view.getUint32(at, true);
      default:
        throw new Error(`broken invariant: ${this.layout.name}.${name} is a ${field.type}`);
    }
  }

  set(index: number, name: NumberField<L>, value: number): void {
    const field = this.layout.fields[name]!;
    const at = this.#at(index) + field.offset;
    switch (field.type) {
      case "u8":
        this.#view.setUint8(at, value);
        return;
      case "u16":
        this.#view.setUint16(at, value, true);
        return;
      case "be16":
        this.#view.setUint16(at, value, false);
        return;
      case "u32":
        this.#view.setUint32(at, value, true);
        return;
      default:
        throw new Error(`broken invariant: ${this.layout.name}.${name} is a ${field.type}`);
    }
  }

  /** A field of 64 bits, read as one load. */
  getWord(index: number, name: NumberField<L>): bigint {
    return this.#words[(this.#at(index) + this.layout.fields[name]!.offset) >> 3]!;
  }

  /** One 8-byte store: whoever reads meanwhile sees the old value or the new one. */
  setWord(index: number, name: NumberField<L>, value: bigint): void {
    this.#words[(this.#at(index) + this.layout.fields[name]!.offset) >> 3] = value;
  }

  /** The bytes of a field (an address, a MAC), as a window on the table. */
  bytes(index: number, name: NumberField<L>): Uint8Array {
    const field = this.layout.fields[name]!;
    const at = this.#at(index) + field.offset;
    return this.#bytes.subarray(at, at + field.size);
  }

  /** The whole record, as a window on the table. */
  record(index: number): Uint8Array {
    const at = this.#at(index);
    return this.#bytes.subarray(at, at + this.layout.size);
  }

  #at(index: number): number {
    if (!(index >= 0 && index < this.count)) {
      throw new Error(`broken invariant: ${this.layout.name}[${index}] of ${this.count}`);
    }
    return index * this.layout.size;
  }
}
