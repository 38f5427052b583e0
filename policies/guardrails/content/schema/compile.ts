import { _, Ajv, type AnySchemaObject, type Options, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { JsonObject, JsonValue } from '../../../../core/json.js'
import { linearPattern } from './patterns.js'
import { type PreparedSchema, prepareSchema, SchemaFault, STEP } from './prepare.js'
import { areUnique } from './unique-items.js'
import { createWork, type Work } from './work.js'

/**
 * The keyword that a value fails, undefined where it fits. `length`: of its JSON, which decides how much work is done; throws when it
 * takes more.
 */
export type SchemaCheck = (value: JsonValue, length: number) => string | undefined

export interface SchemaCompiler {
  /** Throws `SchemaFault` for what is no schema, or is not to be trusted. The last ones are remembered. */
  compile(schema: JsonObject): SchemaCheck
}

const MOST_REMEMBERED = 64

/** Schemas and items that are looked at: in all, and for each UTF-16 unit. */
const LEAST_WORK = 50_000
const WORK_PER_UNIT = 4
const MOST_WORK = 1_000_000

type Compiled = { readonly check: SchemaCheck } | { readonly fault: unknown }

/** Tells whether schemas of both drafts are any, made ready at once: their own schemas take some time to compile. */
export function createSchemaCompiler(): SchemaCompiler {
  const work = createWork()
  const judges = { '7': new Ajv(LENIENT), '2020-12': new Ajv2020(LENIENT) }
  for (const each of Object.values(judges)) each.validateSchema({ type: 'object' })
  const remembered = new Map<string, Compiled>()

  const made = (schema: JsonObject, written: string): Compiled => {
    try {
      const { schema: safe, draft } = prepareSchema(schema, written.length)
      if (judges[draft].validateSchema(safe) !== true) throw new SchemaFault('is no JSON Schema')
      return { check: checkBy(compileWith(engine(draft, work), safe), work) }
    } catch (fault) {
      return { fault }
    }
  }
  return {
    compile(schema) {
      const written = JSON.stringify(schema)
      const compiled = remembered.get(written) ?? made(schema, written)
      remembered.delete(written)
      remembered.set(written, compiled)
      for (const oldest of remembered.keys()) if (remembered.size > MOST_REMEMBERED) remembered.delete(oldest)
      if ('fault' in compiled) throw compiled.fault
      return compiled.check
    },
  }
}

const LENIENT = { strict: false, logger: false, messages: false, validateFormats: false } as const

/** One of its own for each schema: an engine keeps all that it has ever compiled. */
function engine(draft: PreparedSchema['draft'], work: Work): Ajv | Ajv2020 {
  const options: Options = {
    ...LENIENT,
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    ownProperties: true,
    // One schema that many refer to would be written out as often.
    inlineRefs: false,
    code: {
      // Makes code smaller, and takes longer than that saves.
      optimize: false,
      regExp: Object.assign((pattern: string) => linearPattern(pattern, work), { code: 'linearPattern' }),
    },
  }
  const spend = () => work.spend(1)
  const ajv = draft === '7' ? new Ajv(options) : new Ajv2020(options)
  // The engine's own compares every item with every other.
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (unique: boolean, items: readonly JsonValue[]) => !unique || areUnique(items, work),
  })
  ajv.addKeyword({
    keyword: STEP,
    schemaType: 'boolean',
    code({ gen }) {
      gen.code(_`${gen.scopeValue('func', { ref: spend })}()`)
    },
  })
  return ajv
}

function compileWith(ajv: Ajv | Ajv2020, schema: JsonObject): ValidateFunction {
  const own: AnySchemaObject = schema
  try {
    return ajv.compile(own)
  } catch (cause) {
    if (cause instanceof SchemaFault) throw cause
    throw new SchemaFault('is no JSON Schema', { cause })
  }
}

function checkBy(validate: ValidateFunction, work: Work): SchemaCheck {
  return (value, length) => {
    work.allow(Math.min(MOST_WORK, LEAST_WORK + WORK_PER_UNIT * length))
    if (validate(value)) return undefined
    // The last error is that of the outermost schema.
    return validate.errors?.at(-1)?.keyword ?? 'schema'
  }
}
