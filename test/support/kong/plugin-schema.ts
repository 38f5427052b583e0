import { z } from 'zod'
import { isReference } from './vault.js'

/** A field of Kong's schema language, as far as the stand-in knows it; a further attribute is an error, as in Kong's metaschema. */
export interface Field {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'set' | 'map' | 'record'
  readonly required?: boolean | undefined
  readonly default?: unknown
  readonly one_of?: readonly unknown[] | undefined
  readonly between?: readonly [number, number] | undefined
  readonly gt?: number | undefined
  readonly len_min?: number | undefined
  readonly len_max?: number | undefined
  readonly referenceable?: boolean | undefined
  readonly encrypted?: boolean | undefined
  readonly description?: string | undefined
  readonly elements?: Field | undefined
  readonly keys?: Field | undefined
  readonly values?: Field | undefined
  readonly fields?: readonly Readonly<Record<string, Field>>[] | undefined
}

const field: z.ZodType<Field> = z.lazy(() =>
  z.strictObject({
    type: z.enum(['string', 'number', 'integer', 'boolean', 'array', 'set', 'map', 'record']),
    required: z.boolean().optional(),
    default: z.unknown().optional(),
    one_of: z.array(z.unknown()).optional(),
    between: z.tuple([z.number(), z.number()]).optional(),
    gt: z.number().optional(),
    len_min: z.int().optional(),
    len_max: z.int().optional(),
    referenceable: z.boolean().optional(),
    encrypted: z.boolean().optional(),
    description: z.string().optional(),
    elements: field.optional(),
    keys: field.optional(),
    values: field.optional(),
    fields: z.array(z.record(z.string(), field)).optional(),
  }),
)
const record = z.array(z.record(z.string(), field))

/** What Kong learns of a plugin from the server's dump. */
export interface PluginInfo {
  readonly name: string
  readonly version: string
  readonly priority: number
  readonly phases: readonly ('access' | 'log')[]
  readonly fields: readonly Readonly<Record<string, Field>>[]
}

const dump = z.array(
  z.object({
    Name: z.string(),
    Version: z.string(),
    Priority: z.int(),
    // A plugin with a `response` phase would have every answer buffered, and `rewrite` runs for global plugins only.
    Phases: z.array(z.enum(['access', 'log'])),
    Schema: z.strictObject({
      name: z.string(),
      fields: z.tuple([z.strictObject({ config: z.strictObject({ type: z.literal('record'), fields: record }) })]),
    }),
  }),
)

/** Reads what the plugin server dumps. Kong 3.9 uses the first plugin only. */
export function parseDump(value: unknown): PluginInfo {
  const read = dump.safeParse(value)
  if (!read.success) throw new Error(`Kong cannot use the plugin: ${z.prettifyError(read.error)}`)
  const first = read.data[0]
  if (!first) throw new Error('the plugin server has no plugin')
  const fields = first.Schema.fields[0].config.fields
  return { name: first.Name, version: first.Version, priority: first.Priority, phases: first.Phases, fields }
}

/** Resolves the reference in a field that may hold one. */
export type Resolve = (reference: string) => string

/** A plugin's configuration as the plugin gets it: checked, with defaults, references resolved. Throws on what Kong refuses. */
export function configFor(
  fields: PluginInfo['fields'],
  given: unknown,
  resolve: Resolve,
  path = 'config',
): Record<string, unknown> {
  const values = z.record(z.string(), z.unknown()).parse(given)
  const known = new Map(fields.flatMap((one) => Object.entries(one)))
  for (const name of Object.keys(values)) if (!known.has(name)) throw new Error(`${path}.${name}: unknown field`)
  const entries = [...known].flatMap(([name, definition]): [string, unknown][] => {
    const value = fieldValue(definition, values[name] ?? undefined, resolve, `${path}.${name}`)
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(entries)
}

function fieldValue(definition: Field, given: unknown, resolve: Resolve, path: string): unknown {
  const missing = definition.default ?? (definition.type === 'record' && definition.required ? {} : undefined)
  const value = given ?? missing
  if (value === undefined) {
    if (definition.required) throw new Error(`${path}: required field missing`)
    return undefined
  }
  // Kong checks literals only: a reference passes whatever it stands for.
  if (definition.referenceable && isReference(value)) return resolve(value)
  const fail = (what: string): never => {
    throw new Error(`${path}: ${what}`)
  }
  checkValue(definition, value, fail)
  switch (definition.type) {
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
      return value
    case 'array':
    case 'set':
      return list(value, fail).map((one, i) => fieldValue(part(definition.elements), one, resolve, `${path}[${i}]`))
    case 'map':
      return Object.fromEntries(
        Object.entries(table(value, fail)).map(([key, one]) => [
          fieldValue(part(definition.keys), key, resolve, `${path} key`),
          fieldValue(part(definition.values), one, resolve, `${path}.${key}`),
        ]),
      )
    case 'record':
      return configFor(definition.fields ?? [], value, resolve, path)
  }
}

const ANYTHING: Field = { type: 'string' }
const part = (definition: Field | undefined) => definition ?? ANYTHING

function checkValue(definition: Field, value: unknown, fail: (what: string) => never): void {
  const { type, one_of, between, gt, len_min, len_max } = definition
  const wanted = { string: 'string', number: 'number', integer: 'number', boolean: 'boolean' } as const
  if (type in wanted && typeof value !== wanted[type as keyof typeof wanted]) fail(`expected a ${type}`)
  if (type === 'integer' && !Number.isInteger(value)) fail('expected an integer')
  if (one_of && !one_of.includes(value)) fail(`expected one of: ${one_of.join(', ')}`)
  if (between && typeof value === 'number' && (value < between[0] || value > between[1])) {
    fail(`value should be between ${between[0]} and ${between[1]}`)
  }
  if (gt !== undefined && typeof value === 'number' && value <= gt) fail(`value must be greater than ${gt}`)
  const length = lengthOf(value)
  const shortest = len_min ?? (type === 'string' ? 1 : 0)
  if (length !== undefined && length < shortest) fail(`length must be at least ${shortest}`)
  if (length !== undefined && len_max !== undefined && length > len_max) fail(`length must be at most ${len_max}`)
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined
}

function list(value: unknown, fail: (what: string) => never): readonly unknown[] {
  return Array.isArray(value) ? value : fail('expected an array')
}

function table(value: unknown, fail: (what: string) => never): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : fail('expected a map')
}
