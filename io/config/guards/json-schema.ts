import { z } from 'zod'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { JsonSchemaSettings } from '../../../policies/guardrails/content/settings.js'

/** What a guard of kind `json-schema` has of its own; `faultOf` tells what is wrong with a schema, without quoting it. */
export function kindMembers(faultOf: (schema: JsonObject) => string | undefined) {
  return {
    schema: z.unknown().transform((written, context): JsonSchemaSettings['schema'] => {
      const refuse = (message: string) => {
        context.addIssue({ code: 'custom', message })
        return z.NEVER
      }
      if (written === 'request') return written
      const schema = written instanceof Map ? plain(written) : typeof written === 'string' ? parsed(written) : undefined
      if (!isObject(schema)) return refuse('must be a JSON Schema, as a map or as the text of one, or the word request')
      const fault = faultOf(schema)
      return fault === undefined ? schema : refuse(`is no schema that can be checked: it ${fault}`)
    }),
  }
}

/** Maps of the file as the objects of JSON. */
function plain(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, member]) => [String(name), plain(member)]))
  const isSimple = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isSimple ? value : null
}

/** A schema in a file of its own comes as its text. */
function parsed(written: string): unknown {
  try {
    return JSON.parse(written)
  } catch {
    return undefined
  }
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

export function settingsOf({ schema }: Written): JsonSchemaSettings {
  return { schema }
}
