/** Longest document name that the API takes. */
const MAX_NAME = 200

/** What a document is called whose client did not say; neutral, because the model reads it. */
const UNNAMED = 'document'

/**
 * Makes names that Converse takes, for the documents of one request: letters, digits, single spaces, hyphens, parentheses
 * and brackets, no two alike.
 */
export function documentNames(): (asked: string | undefined) => string {
  const used = new Map<string, number>()
  return (asked = '') => {
    const base = clean(asked.slice(0, MAX_NAME - 8)) || UNNAMED
    let n = used.get(base) ?? 1
    let name = base
    while (used.has(name)) name = `${base} (${++n})`
    used.set(base, n)
    if (name !== base) used.set(name, 1)
    return name
  }
}

const clean = (name: string): string =>
  name
    .replace(/[^a-zA-Z0-9\s\-()[\]]+/g, '-')
    .replace(/\s+/g, ' ')
    .replace(/^[-\s]+|[-\s]+$/g, '')
