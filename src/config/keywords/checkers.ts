import { NAME, SWITCH } from "./arguments.ts";
import { ALPHA, CHECK, CONNECTION } from "./common.ts";
import { type Block, later, opening, since24, word } from "./keyword.ts";
import {
  any,
  choice,
  choiceAnyCase,
  integer,
  many,
  optional,
  pattern,
  seconds,
  text,
} from "./values.ts";

const I32 = 0x7fff_ffff;
const CONVERSATION = [...CONNECTION, ...CHECK];
/** keepalived.conf(5): pairs of digits, or single ones between blanks. */
const HEXADECIMAL = pattern(/^[0-9a-fA-F]+$/, "hexadecimal digits");
const MASKED = pattern(/^[0-9a-fA-FxX]+$/, "hexadecimal digits, or x for any");
const STATUS = text("a status code from 100 to 599, or a range of them", (written) => {
  const [, from, to = from] = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(written) ?? [];
  return from !== undefined && Number(to) >= Number(from);
});

export const CHECKER_BLOCKS: readonly Block[] = [
  { name: "TCP_CHECK", words: CONVERSATION },
  { name: "PING_CHECK", words: CONVERSATION },
  {
    name: "HTTP_GET",
    words: [
      ...CONVERSATION,
      word("nb_get_retry", "Old word for retry.", integer()),
      word("virtualhost", "Host header.", NAME),
      word("http_protocol", "Version of HTTP.", choice("1.0", "1.0C", "1.0c", "1.1")),
      word("enable_sni", "The virtual host is named in the TLS handshake."),
      since24(word("sni_name", "Name in the TLS handshake.", NAME)),
      word("fast_recovery", "No pause between the URLs of a server that comes back.", SWITCH),
      since24(later("tls_compliant", "The end of a TLS connection must be proper.", SWITCH)),
      opening(word("url", "A page.")),
    ],
  },
  {
    name: "url",
    words: [
      word("path", "What to ask for.", any("PATH")),
      word("digest", "MD5 of the page.", pattern(/^[0-9a-fA-F]{32}$/, "32 hexadecimal digits")),
      word("status_code", "Status that is fine.", many(STATUS)),
      word("virtualhost", "Host header.", NAME),
      word("regex", "What the page must have in it.", any("REGEX")),
      word("regex_no_match", "What the page must not have in it."),
      word("regex_options", "Options of the regular expression.", many(NAME)),
      later("regex_min_offset", "Where it starts in the page.", integer()),
      later("regex_max_offset", "Where it ends in the page.", integer()),
      later("regex_stack", "Stack of the matcher.", integer(), integer()),
      since24(later("tls_compliant", "The end of a TLS connection must be proper.", SWITCH)),
    ],
  },
  {
    name: "SMTP_CHECK",
    words: [
      ...CONVERSATION,
      word("helo_name", "Name to say in HELO.", NAME),
      opening(word("host", "One more server to ask.")),
    ],
  },
  { name: "host", words: CONVERSATION },
  {
    name: "DNS_CHECK",
    words: [
      ...CONVERSATION,
      word(
        "type",
        "Type of record.",
        choiceAnyCase("A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA"),
      ),
      word("name", "Name to ask for.", NAME),
    ],
  },
  {
    name: "UDP_CHECK",
    words: [
      ...CONVERSATION,
      word("payload", "Bytes to send.", many(HEXADECIMAL)),
      word("require_reply", "A reply must come, like this one.", optional(many(MASKED))),
      word("min_reply_length", "Least bytes of a reply.", integer(0, 65535)),
      word("max_reply_length", "Most bytes of a reply.", integer(0, 65535)),
    ],
  },
  {
    name: "MISC_CHECK",
    words: [
      ...CHECK,
      word("misc_path", "Program to run.", any('"PROGRAM ARGUMENTS"')),
      word("misc_timeout", "Time that it has.", seconds(0.000001)),
      word("misc_dynamic", "The exit status less 2 is the weight."),
      word("user", "Who runs it.", NAME, optional(NAME)),
    ],
  },
  {
    name: "FILE_CHECK",
    words: [
      word("track_file", "Name of a track_file.", NAME),
      word(
        "weight",
        "What its number is multiplied by.",
        integer(-I32, I32),
        optional(choice("reverse", "noreverse")),
      ),
      word("dynamic", "Old word that nothing heeds."),
    ],
  },
  { name: "BFD_CHECK", words: [later("name", "Name of a bfd_instance.", NAME), ALPHA] },
];
