import { dirname, resolve } from 'node:path'

/** The files that a configuration names, each read once; relative paths start at the configuration file's folder. */
export interface SecretFiles {
  resolve(path: string): string
  /** The file's text; throws what reading it threw. */
  read(path: string): string
  /** The absolute paths that were asked for, readable or not. */
  seen(): readonly string[]
}

/** Reads through `readFile`, which gets absolute paths and throws when it cannot. */
export function secretFiles(configPath: string, readFile: (path: string) => string): SecretFiles {
  const folder = dirname(resolve(configPath))
  const texts = new Map<string, { readonly text: string } | { readonly error: unknown }>()
  const attempt = (path: string) => {
    try {
      return { text: readFile(path) }
    } catch (error) {
      return { error }
    }
  }
  return {
    resolve: (path) => resolve(folder, path),
    read: (path) => {
      const absolute = resolve(folder, path)
      const known = texts.get(absolute) ?? attempt(absolute)
      texts.set(absolute, known)
      if ('error' in known) throw known.error
      return known.text
    },
    seen: () => [...texts.keys()],
  }
}
