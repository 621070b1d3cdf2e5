export type Alignment = "left" | "right";

const GAP = "  ";

/**
 * Rows as aligned columns for a terminal, two spaces between them and none at the end of a line. A
 * column without an alignment is "left"; a row may have fewer cells than others.
 */
export function textTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell));
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, alignments[column] ?? "left"))
      .join(GAP)
      .trimEnd(),
  );
}

function pad(cell: string, width: number, alignment: Alignment): string {
  const space = " ".repeat(width - columnsOf(cell));
  return alignment === "left" ? cell + space : space + cell;
}

/** Characters, not UTF-16 units; none of our texts holds one that is two columns wide. */
function columnsOf(text: string): number {
  return [...text].length;
}
