/** What `weir check --explain` says of findings about how a configuration is written. */
export const LANGUAGE_EXPLANATIONS = {
  INCLUDE_MISSING: `A file that an include line names cannot be read, or no file fits its
wildcards. The rest of the configuration counts without it. After includer, includem, includew,
includeb, includea or an include_check that asks for it, this is an error. The path is relative
to the file in which the line stands, has no quotes, and cannot have variables in it, because
includes are found before variables are put in.`,
  BAD_SEQUENCE: `A line starts with ~SEQ, ~SEQx or ~LST, and what is in its parentheses says no
values: a number is not a number, the step leads away from the end or is 0, there are more than
65536 values, or the values of ~LST are not as many as its names. The line is left out.`,
  TOO_MUCH: `Variables, sequences or includes multiply until the configuration is larger than any
that a person could mean: most often a variable that refers to itself, or a file that includes
itself. Reading stops there, and the configuration is not used.`,
  UNTERMINATED_QUOTE: `A " has no second one on its line. Everything up to the end of the line is
taken as one word. A quote cannot go on to the next line.`,
  UNEXPECTED_BRACE: `A { stands where no word could open a block. What is inside is skipped up to
the } that belongs to it.`,
  MISSING_BRACE: `A word that opens a block is followed by no {, neither on its line nor at the
start of the next. If what follows belongs inside, it is taken so; else the block is empty.`,
  EXTRA_BRACE: `A } closes nothing. Most often a block further up was closed once too often, so
look at where the words after that } have gone.`,
  UNCLOSED_BLOCK: `A block has no } of its own: the file ends, or a word follows that only
belongs further out. What was read counts, but a file that was cut off while it was written looks
the same, so that this is an error and a daemon that runs does not take the file.`,
} as const;
