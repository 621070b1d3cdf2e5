/**
 * `~SEQ(var, start, step, end)`, `~SEQx(…)`, `~LST(var, …)` and `~LST({a, b}, {1, 2}, {3, 4})`
 * before a line: the rest of it is there once for each value. keepalived.conf(5), Sequence blocks;
 * ~LST as keepalived 2.2.7 was observed to take it.
 */

export interface Sequence {
  /** What the variables are, round by round. */
  readonly rounds: readonly ReadonlyMap<string, string>[];
  /** Where the rest of the line starts. */
  readonly rest: number;
}

const NAME = /^[A-Za-z_]\w*$/;
const HEAD = /^~(SEQx?|LST)\(/;

/** Whether a line starts as a sequence does. */
export function startsSequence(characters: string): boolean {
  return HEAD.test(characters);
}

/** Where the head of a sequence ends, behind its parenthesis; undefined where it does not. */
export function endOfHead(characters: string): number | undefined {
  const end = characters.indexOf(")");
  return end < 0 ? undefined : end + 1;
}

/** The sequence of a head that ends at `rest`; undefined where the head means nothing. */
export function readSequence(
  characters: string,
  rest: number,
  maxRounds: number,
): Sequence | undefined {
  const [opening, kind] = HEAD.exec(characters)!;
  const inside = characters.slice(opening.length, rest - 1);
  const rounds =
    kind === "LST" ? readList(inside) : readNumbers(inside, kind === "SEQx" ? 16 : 10, maxRounds);
  return rounds === undefined || rounds.length > maxRounds ? undefined : { rounds, rest };
}

function readNumbers(
  inside: string,
  base: number,
  maxRounds: number,
): readonly ReadonlyMap<string, string>[] | undefined {
  const [name, ...texts] = inside.split(",").map((part) => part.trim());
  if (!NAME.test(name!) || !texts.every((text) => /^[-+]?\d{1,15}$/.test(text))) return undefined;
  const numbers = texts.map(Number);
  if (numbers.length < 1 || numbers.length > 3) return undefined;
  const end = numbers.at(-1)!;
  const start = numbers.length === 1 ? (end < 0 ? -1 : 1) : numbers[0]!;
  const step = numbers.length === 3 ? numbers[1]! : end < start ? -1 : 1;
  const turnsAway = end !== start && end > start !== step > 0;
  if (step === 0 || turnsAway) return undefined;
  const count = Math.floor((end - start) / step) + 1;
  if (count > maxRounds) return undefined;
  return Array.from(
    { length: count },
    (_, at) => new Map([[name!, (start + at * step).toString(base)]]),
  );
}

function readList(inside: string): readonly ReadonlyMap<string, string>[] | undefined {
  const [first, ...values] = splitList(inside);
  const names = itemsOf(first ?? "");
  if (values.length === 0 || !names.every((name) => NAME.test(name))) return undefined;
  const rounds = values.map((value) => (names.length === 1 ? [value] : itemsOf(value)));
  if (rounds.some((round) => round.length !== names.length)) return undefined;
  return rounds.map((round) => new Map(names.map((name, at) => [name, round[at]!])));
}

/** Parts between commas that stand in no braces. */
function splitList(inside: string): readonly string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const character of inside) {
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

function itemsOf(part: string): readonly string[] {
  const bare = part.startsWith("{") && part.endsWith("}") ? part.slice(1, -1) : part;
  return bare.split(",").map((item) => item.trim());
}
