const REFERENCE = /^\{vault:\/\/env\/([\w-]+)(?:\/([\w-]+))?\}$/

/** Whether Kong takes the text for a reference of any vault. */
export const isReference = (value: unknown): value is string =>
  typeof value === 'string' && /^\{vault:\/\/.+\}$/.test(value)

/** What an `env` vault reference stands for: `{vault://env/some-name}` is SOME_NAME, with a key behind it a member of its JSON. */
export function resolveReference(reference: string, env: Readonly<Record<string, string>>): string | undefined {
  const [, name, key] = REFERENCE.exec(reference) ?? []
  if (name === undefined) return undefined
  const value = env[name.replaceAll('-', '_').toUpperCase()]
  if (key === undefined || value === undefined) return value
  const member: unknown = JSON.parse(value)?.[key]
  return typeof member === 'string' ? member : undefined
}
