/** Where references are looked up. `file` throws when the file cannot be read. */
export interface References {
  readonly env: Readonly<Record<string, string | undefined>>
  file(path: string): string
}

/** What became of one string: its text, or what is wrong with its references. */
export type Expanded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly messages: readonly string[] }

const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g

/**
 * Replaces `${NAME}` by an environment variable and `${file:PATH}` by a file's content, anywhere in a parsed string;
 * `$${` is a literal `${`. What is put in is not looked at again, and no message ever quotes it.
 */
export function expand(text: string, references: References): Expanded {
  if (!text.includes('${')) return { ok: true, text }
  const messages: string[] = []
  const expanded = text.replace(REFERENCE, (whole, inner: string | undefined, close: string | undefined) => {
    if (inner === undefined) return '${'
    const found = close === '}' ? lookUp(inner, references) : malformed()
    if (found.ok) return found.text
    messages.push(...found.messages)
    return whole
  })
  return messages.length === 0 ? { ok: true, text: expanded } : { ok: false, messages }
}

function lookUp(inner: string, { env, file }: References): Expanded {
  if (inner.startsWith('file:')) {
    const path = inner.slice('file:'.length)
    if (path.trim() === '') return malformed()
    try {
      return { ok: true, text: file(path) }
    } catch (error) {
      return failed(`cannot read the file ${JSON.stringify(path)} (${reason(error)}); it must exist and be readable`)
    }
  }
  if (!/^[A-Za-z_]\w*$/.test(inner)) return malformed()
  // hasOwn: `${constructor}` is no environment variable.
  const value = Object.hasOwn(env, inner) ? env[inner] : undefined
  if (value === undefined)
    return failed(`the environment variable ${inner} is not set; set it, or write $\${ for a literal \${`)
  return { ok: true, text: value }
}

function malformed(): Expanded {
  return failed(`holds a malformed reference; write \${NAME}, \${file:PATH}, or $\${ for a literal \${`)
}

function failed(message: string): Expanded {
  return { ok: false, messages: [message] }
}

/** The system's short word for why a file could not be read, such as ENOENT. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^E[A-Z0-9_]+$/.test(code) ? code : 'unreadable'
}
