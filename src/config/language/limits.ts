/**
 * What one configuration may come to, so that a few lines that multiply themselves are a finding
 * and not a hang. Real files have some thousands of lines.
 */
export const MAX_INCLUDE_DEPTH = 32;
/** Values inside values, and multi-line values inside those. */
export const MAX_VALUE_DEPTH = 64;
export const MAX_FILES = 4096;
/** Of a line with its variables in place. */
export const MAX_LINE_LENGTH = 32_768;
/** Lines after sequences and multi-line values. */
export const MAX_LINES = 200_000;
/** Of all lines, counted again each time a variable is put into one. */
export const MAX_CHARACTERS = 32_000_000;
export const MAX_ROUNDS = 65_536;
/** Blocks inside blocks; the deepest that means anything is five. */
export const MAX_BLOCK_DEPTH = 64;
