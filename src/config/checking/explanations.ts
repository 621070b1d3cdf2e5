/** What `weir check --explain` says of findings about single words and their values. */
export const CHECKING_EXPLANATIONS = {
  UNKNOWN_WORD: `A line or block starts with a word that keepalived does not have, in 2.2.7 or
later. It is skipped with all that is inside, as keepalived skips it. If a known word differs
little, it is named.`,
  REMOVED_WORD: `A word of older releases that keepalived has no more, and that is found in many
examples. It does nothing; the finding says what has taken its place, if anything has.`,
  WRONG_BLOCK: `A word of keepalived stands in a block that does not know it, for example
nb_get_retry in TCP_CHECK. It is skipped there; the finding names the blocks that know it.`,
  NOT_SUPPORTED: `keepalived heeds this word and Weir does not yet. Everything else counts as if
the word were not there, so look whether you rely on it.`,
  BAD_VALUE: `What follows a word is not what it takes: text for a number, a number outside its
range, an address that is none, or a name out of a list that is not in it. As in keepalived, the
line is left out and the default counts.`,
  MISSING_ARGUMENT: `A word needs something behind it, and the line ends. The line is left out.`,
  EXTRA_ARGUMENT: `More follows a word than it takes. What is too much does not count. A program
with arguments must stand in quotes: script "killall -0 haproxy".`,
  UNEXPECTED_BLOCK: `A { follows a word that opens no block. What is inside is skipped. If blocks
stand on one line, each word needs a line of its own: a line is one word and what belongs to
it.`,
  PLACEHOLDER: `{{ NAME }} is what templates have before somebody fills them in. This word does
not count. Check the file that the template tool writes, not the template.`,
  UNDEFINED_VARIABLE: `\${NAME} or $NAME stands for nothing, because no line $NAME=value comes
before it, and stays as it is written. Variables of the environment are \${_ENV NAME}.`,
} as const;
