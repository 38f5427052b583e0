/** Where a value sits in the file: map keys and list indexes from the root. */
export type Path = readonly (string | number)[]

/**
 * One thing that is wrong (or, as a warning, doubtful) in a configuration file. `path` reads
 * `models.gpt-4.targets[0].provider`, and is '' for the document itself; `line` and `column` count from 1. The message
 * says what is wrong and what is allowed, and never holds a value of the file, of the environment or of a secret.
 */
export interface Problem {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A problem before its offset (UTF-16 units into the file) is turned into line and column. */
export interface Fault {
  readonly path: Path
  readonly at: number
  readonly message: string
}

/** Prints `FILE:LINE:COL path: message` on one line; the document itself is called `(document)`. */
export function formatProblem(file: string, problem: Problem): string {
  const path = problem.path === '' ? '(document)' : problem.path
  return `${file}:${problem.line}:${problem.column} ${path}: ${problem.message}`
}

/** Prints a path; keys that are not plain words (dots, spaces, control characters) are quoted: `models["gpt-4.1"]`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (!/^[\w-]+$/.test(step)) text += `[${JSON.stringify(step)}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}
