/**
 * VRRP version 2 (RFC 3768) and version 3 (RFC 5798, RFC 9568), whose messages follow the IP header
 * with protocol 112.
 */

/** An advertisement. Times in microseconds; v2 counts whole seconds, v3 hundredths of a second. */
export interface Advertisement {
  readonly version: 2 | 3;
  readonly router: number;
  /** 0: its sender leaves. */
  readonly priority: number;
  readonly interval: number;
  /** Canonical text, in the order of the message. */
  readonly addresses: readonly string[];
  /** v2: the authentication type (RFC 2338 section 5.3.6), and the 8 bytes at the end. */
  readonly authType?: number;
  readonly authData?: Uint8Array;
}
