import type { Fault } from "../base/fault.ts";

/** Mail about what happens, by SMTP (RFC 5321). */
export interface Mailer {
  /**
   * Takes a mail and never waits. Mails go in their order, one at a time; what cannot be sent is
   * reported and given up.
   */
  send(mail: Mail): void;
  /** Answers once what has been taken is sent or given up, or after so many microseconds. */
  close(patience: number): Promise<void>;
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

export interface MailRoute {
  readonly host: string;
  readonly port: number;
  /** Our name in HELO; absent for that of this host. */
  readonly helo?: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Microseconds to connect; each mail as a whole has four times as much. */
  readonly connectTimeout: number;
}

/** Faults: MAIL_FAILED, and MAIL_DROPPED where too many wait already. */
export type OpenMailer = (route: MailRoute, failed: (fault: Fault) => void) => Mailer;
