import { compileSecrets, type SecretIndex } from './compile.js'
import { SECRET_RULES } from './rules/index.js'

/** Which secrets are looked for. */
export interface SecretOptions {
  /** Names of rules that are off. */
  readonly off?: readonly string[]
  /** Values that are never reported. */
  readonly allow?: readonly string[]
}

/** Names of all rules for secrets: the entities of what they find. */
export function secretNames(): readonly string[] {
  return SECRET_RULES.map(({ name }) => name)
}

/** Compiles the rules that are on. Throws `RangeError` for the name of a rule that nobody knows. */
export function chosenSecrets({ off = [] }: SecretOptions): SecretIndex {
  const known = new Set(secretNames())
  for (const name of off) if (!known.has(name)) throw new RangeError(`no rule for secrets is called ${name}`)
  return compileSecrets(SECRET_RULES.filter(({ name }) => !off.includes(name)))
}
