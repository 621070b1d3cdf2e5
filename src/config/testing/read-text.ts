import { type Reading, readConfiguration } from "../read/read-configuration.ts";
import { plainTree } from "./plain-tree.ts";

/** What a text means. */
export function readText(text: string): Reading {
  return readConfiguration(plainTree(text));
}

/** The findings of a text, as "LINE CODE". */
export function codesIn(text: string): readonly string[] {
  return readText(text).findings.map(({ code, place }) => `${place.line} ${code}`);
}
