import type { Tracking } from "../tracking.ts";
import { watchProcesses } from "./process-watch.ts";
import { watchTrackFile, writeTrackFile } from "./track-file.ts";

/** Processes and files of this host. */
export const linuxTracking: Tracking = {
  watchProcesses,
  watchFile: watchTrackFile,
  writeFile: writeTrackFile,
};
