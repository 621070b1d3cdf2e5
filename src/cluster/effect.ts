/** What an instance wants done, in this order. Whoever does it reports "sent" as an input. */
export type Effect =
  /**
   * Sends an advertisement of this priority, 0 on leaving. Where `lease` is there and the message
   * was sent, the lease runs from the moment before the sending for so many microseconds.
   */
  | { readonly kind: "advertise"; readonly priority: number; readonly lease?: number }
  /** The data path may take the virtual addresses' packets; the kernel gets the addresses. */
  | { readonly kind: "hold" }
  /** The lease ends now; then addresses and routes go. Always before the advertisement with 0. */
  | { readonly kind: "release" }
  /** One message for each address: gratuitous ARP (RFC 826) or unsolicited NA (RFC 4861 7.2.6). */
  | { readonly kind: "announce"; readonly repeat: number }
  /** A new state; or the same, and another priority, where the settings ask for that. */
  | { readonly kind: "state"; readonly state: State; readonly priority: number }
  /** notify_master_rx_lower_pri */
  | { readonly kind: "lower-heard"; readonly source: string; readonly priority: number }
  | { readonly kind: "log"; readonly level: "info" | "warn"; readonly message: string };

/** As notify scripts name them. */
export type State = "INIT" | "BACKUP" | "MASTER" | "FAULT" | "STOP";
