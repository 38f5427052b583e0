/** The same members without those that are undefined: absent stays absent. */
export function defined<T extends object>(members: T): T {
  const present: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(members)) if (value !== undefined) present[name] = value
  return present as T
}
