/** One moment that somebody waits for; the same object for each of them in turn. */
export interface Deadline {
  /** Microseconds of the clock of all; undefined waits for nothing. */
  set(at: number | undefined): void;
}

interface Entry extends Deadline {
  readonly wake: (now: number) => void;
  at: number;
  /** Where it is in the heap; -1 while it waits for nothing. */
  position: number;
}

/** The deadlines of all checks in one binary heap, so that one timer is enough for thousands. */
export class Deadlines {
  readonly #heap: Entry[] = [];

  /** `wake` is called once for each time that is set, with the clock's time then. */
  add(wake: (now: number) => void): Deadline {
    const set = (at: number | undefined) => this.#set(entry, at);
    const entry: Entry = { wake, at: 0, position: -1, set };
    return entry;
  }

  get earliest(): number | undefined {
    return this.#heap[0]?.at;
  }

  /** Wakes everybody whose time has come, the earliest first. */
  turn(now: number): void {
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#set(first, undefined);
      first.wake(now);
    }
  }

  #set(entry: Entry, at: number | undefined): void {
    if (at === undefined) {
      this.#remove(entry);
      return;
    }
    entry.at = at;
    if (entry.position === -1) {
      entry.position = this.#heap.length;
      this.#heap.push(entry);
    }
    this.#settle(entry);
  }

  #remove(entry: Entry): void {
    const { position } = entry;
    if (position === -1) return;
    entry.position = -1;
    const last = this.#heap.pop()!;
    if (last === entry) return;
    this.#put(last, position);
    this.#settle(last);
  }

  /** Up while it is earlier than its parent, then down while a child is earlier. */
  #settle(entry: Entry): void {
    const heap = this.#heap;
    for (;;) {
      const parent = heap[(entry.position - 1) >> 1];
      if (entry.position === 0 || parent!.at <= entry.at) break;
      this.#swap(entry, parent!);
    }
    for (;;) {
      const [left, right] = [heap[2 * entry.position + 1], heap[2 * entry.position + 2]];
      const child = right !== undefined && right.at < left!.at ? right : left;
      if (child === undefined || child.at >= entry.at) return;
      this.#swap(entry, child);
    }
  }

  #swap(a: Entry, b: Entry): void {
    const { position } = a;
    this.#put(a, b.position);
    this.#put(b, position);
  }

  #put(entry: Entry, position: number): void {
    this.#heap[position] = entry;
    entry.position = position;
  }
}
