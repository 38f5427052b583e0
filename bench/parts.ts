/** How much is measured: `full` writes the figures down, `quick` is a fraction that writes nothing. */
export type Form = 'full' | 'quick'

/** Measures, prints, and returns 1 when a goal is missed. `args` are the command's, for options of its own. */
export type Bench = (form: Form, args: readonly string[]) => Promise<number>

/** One part of `npm run bench`; it is loaded when it runs. */
export interface Part {
  /** Runs this part without the others. */
  readonly flag: `--${string}`
  /** Whether the part also runs when no part is named. */
  readonly runs: 'always' | 'when named'
  load(): Promise<Bench>
}

/** The parts that these arguments ask for: those they name, else all that always run. */
export function chosenParts(parts: readonly Part[], args: readonly string[]): readonly Part[] {
  const named = parts.filter(({ flag }) => args.includes(flag))
  return named.length > 0 ? named : parts.filter(({ runs }) => runs === 'always')
}
