/**
 * Commands whose outcome is not ipvsadm's, each with the reason. A test asserts that it differs.
 */
export interface Exclusion {
  readonly file: string;
  readonly lines: readonly number[];
  readonly reason: string;
  /** What Weir prints more; without it the outcome is ipvsadm's after all. */
  readonly more?: RegExp;
}

const ATOMIC =
  "Weir's restore is all or nothing: a bad line is named by its number, and nothing is applied";
const AFTER_ATOMIC = "what ipvsadm's restore left behind when it stopped or went on in the middle";
const KERNEL_ORDER =
  "--nosort shows the order of the kernel's hash table; Weir's is the order of addition";
const KERNEL_CYCLE =
  "ipvsadm compares these addresses or marks in a circle, so that the kernel's order decides";
const SYNC =
  "the connection sync daemon is not supported in this version, and --start-daemon says so";
const AFTER_SYNC = "a sync daemon that an excluded --start-daemon started in the capture";
const NO_MODULE = "Weir needs no ip_vs module, so that it cannot be missing";

const THRESHOLDS = "-S keeps thresholds (-x, -y), which ipvsadm loses";

const FORMAT = "ipvsadm-format.txt";
const ERRORS = "ipvsadm-errors.txt";
const MORE = "ipvsadm-more.txt";

export const EXCLUSIONS: readonly Exclusion[] = [
  { file: FORMAT, lines: [347, 1629], reason: KERNEL_ORDER },
  { file: FORMAT, lines: [993, 1061], reason: THRESHOLDS, more: / -[xy] \d+/g },
  { file: FORMAT, lines: [1280, 1314, 1340, 1405, 1455, 1490, 1507], reason: ATOMIC },
  { file: FORMAT, lines: [1317, 1343, 1408, 1458, 1496, 1510], reason: AFTER_ATOMIC },
  {
    file: ERRORS,
    lines: [944, 947, 951, 983, 986, 989, 993, 997, 1003],
    reason: SYNC,
  },
  { file: ERRORS, lines: [952, 984, 990, 996, 998, 1001, 1002, 1004, 1006], reason: AFTER_SYNC },
  { file: ERRORS, lines: [1077, 1082, 1087, 1092], reason: NO_MODULE },
  {
    file: MORE,
    lines: [1816, 1840, 1843, 1858, 1861, 1864, 1867, 2281, 2293, 2302],
    reason: SYNC,
  },
  { file: MORE, lines: [3117, 3128, 3137], reason: KERNEL_CYCLE },
  { file: MORE, lines: [3161, 3174, 3187, 3199, 3239, 3257], reason: ATOMIC },
  { file: MORE, lines: [3164, 3176, 3189, 3201, 3248], reason: AFTER_ATOMIC },
];
