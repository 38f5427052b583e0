import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './failure.js'

type Options = NonNullable<ParseArgsConfig['options']>

/** What a command line says: the value of an option that is not there is undefined. */
export interface CommandLine {
  readonly positionals: readonly string[]
  /** The option's last value. */
  text(name: string): string | undefined
  /** All values of an option that may come several times. */
  texts(name: string): readonly string[]
  has(name: string): boolean
}

/** Reads arguments. Throws `UsageError` on an option that is not among `options`, or lacks its value. */
export function readArguments(args: readonly string[], options: Options): CommandLine {
  const { values, positionals } = parsed({ args: [...args], options, allowPositionals: true, strict: true })
  const listOf = (name: string): readonly unknown[] => [values[name]].flat()
  return {
    positionals,
    text(name) {
      const last = listOf(name).at(-1)
      return typeof last === 'string' ? last : undefined
    },
    texts: (name) => listOf(name).filter((value) => typeof value === 'string'),
    has: (name) => values[name] !== undefined,
  }
}

/** As `parseArgs` of Node. Throws `UsageError` in place of its errors. */
export function parsed(config: ParseArgsConfig) {
  try {
    return parseArgs(config)
  } catch (error) {
    const [first = 'wrong arguments'] = error instanceof Error ? error.message.split('. ') : []
    throw new UsageError(first)
  }
}
