import { z } from 'zod';
import { UserError } from './errors.ts';
import { FORMAT_VERSION, type RunRecord, runSchema } from './schema.ts';

/**
 * Checks the text of a `run.json`. `source` is the name under which errors speak of it.
 * Throws `UserError` for text that is not JSON, for an unknown format version, and for a document of the wrong shape.
 */
export function parseRun(text: string, source: string): RunRecord {
  const document = parseJson(text, source);
  const version = versionOf(document);
  if (version === undefined) {
    throw new UserError(`${source} is not a netduel run: it has no formatVersion. Name the folder of a run instead.`);
  }
  if (version > FORMAT_VERSION) {
    throw new UserError(
      `${source} was written by a newer netduel, format ${version}; this one reads ${FORMAT_VERSION}. Update netduel.`,
    );
  }
  const result = runSchema.safeParse(document);
  if (result.success) return checkCases(result.data, source);
  const issue = result.error.issues[0];
  throw new UserError(
    `${source}: ${z.core.toDotPath(issue.path) || 'document'}: ${issue.message}. The file was changed or damaged; measure again, or restore it.`,
  );
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(
      `${source} is not valid JSON (${error instanceof Error ? error.message : String(error)}). The file was changed or damaged; measure again, or restore it.`,
    );
  }
}

function versionOf(document: unknown): number | undefined {
  if (typeof document !== 'object' || document === null || !('formatVersion' in document)) return undefined;
  return typeof document.formatVersion === 'number' ? document.formatVersion : undefined;
}

/** What the schema cannot say: every trial belongs to a case. */
function checkCases(run: RunRecord, source: string): RunRecord {
  const stray = run.trials.findIndex((trial) => trial.case >= run.cases.length);
  if (stray === -1) return run;
  throw new UserError(
    `${source}: trials[${stray}].case: ${run.trials[stray].case} names no case, there are ${run.cases.length}. The file was changed or damaged; measure again, or restore it.`,
  );
}
