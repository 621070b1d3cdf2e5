/** Why a message that came for an instance was not heard: a closed list, each counted. */
export type DropReason =
  | "length"
  | "version"
  | "type"
  | "checksum"
  | "ttl"
  | "count"
  | "interval"
  | "interval-mismatch"
  | "address-list"
  | "auth-type"
  | "password"
  | "own-source"
  | "unknown-source";
