import type { Counters } from "../../../daemon/api/director.ts";
import { type ListingFormat, serverName, TITLE_WIDTH } from "./format.ts";

const STATS_TITLES = ["Conns", "InPkts", "OutPkts", "InBytes", "OutBytes"];
const RATE_TITLES = ["CPS", "InPPS", "OutPPS", "InBPS", "OutBPS"];
const WIDTH = 9;

/** From this number on, divided by that, with this letter. The limits are ipvsadm's, and uneven. */
const SCALES: readonly { readonly from: bigint; readonly by: bigint; readonly letter: string }[] = [
  { from: 10n ** 14n, by: 10n ** 12n, letter: "T" },
  { from: 10n ** 11n, by: 10n ** 9n, letter: "G" },
  { from: 10n ** 9n, by: 10n ** 6n, letter: "M" },
  { from: 10n ** 8n, by: 10n ** 3n, letter: "K" },
];

/** ipvsadm -L --stats. */
export function statsColumns(exact: boolean): ListingFormat {
  return counterColumns(STATS_TITLES, exact, (listed) => listed.counters);
}

/** ipvsadm -L --rate. */
export function rateColumns(exact: boolean): ListingFormat {
  return counterColumns(RATE_TITLES, exact, (listed) => listed.rates);
}

type Listed = { readonly counters: Counters; readonly rates: Counters };

function counterColumns(
  titles: readonly string[],
  exact: boolean,
  pick: (listed: Listed) => Counters,
): ListingFormat {
  const heads = titles.map((title) => title.padStart(WIDTH)).join("");
  const cells = (listed: Listed) => {
    const { connections, inPackets, outPackets, inBytes, outBytes } = pick(listed);
    return [connections, inPackets, outPackets, inBytes, outBytes]
      .map((number) => cell(number, exact))
      .join("");
  };
  return {
    title: `${"Prot LocalAddress:Port".padEnd(TITLE_WIDTH)}${heads}\n  -> RemoteAddress:Port\n`,
    service: (label, service) => `${label.padEnd(TITLE_WIDTH)}${cells(service)}`,
    server: (name, server) => `${serverName(name)}${cells(server)}`,
  };
}

/** Nine columns; --exact gives a longer number one blank and its own width. */
function cell(number: bigint, exact: boolean): string {
  if (exact) return ` ${String(number).padStart(WIDTH - 1)}`;
  const scale = SCALES.find(({ from }) => number >= from);
  if (scale === undefined) return String(number).padStart(WIDTH);
  return `${number / scale.by}${scale.letter}`.padStart(WIDTH);
}
