import { isObject } from '../core/json.js'

/** Methods of a class that is not ours, to be replaced by ones that call them. */
export type Methods<Name extends string, Self> = Record<Name, (this: Self, ...args: unknown[]) => unknown>

/** What Node keeps of the CommonJS modules it has loaded, by their files. */
export type LoadedModules = Readonly<Record<string, { readonly exports: unknown } | undefined>>

/**
 * Finds a class among the loaded modules by the end of its file's path, and gives its prototype. The class is what the file exports, or
 * the member of that with the name `exported`. A class that lacks one of the methods is not the one that was meant.
 */
export function prototypeOf<Name extends string, Self>(
  modules: LoadedModules,
  file: string,
  names: readonly Name[],
  exported?: string,
): Methods<Name, Self> | undefined {
  const module = Object.entries(modules).find(([path]) => path.endsWith(file))?.[1]?.exports
  const found: unknown = exported === undefined ? module : isObject(module) && module[exported]
  if (typeof found !== 'function') return undefined
  const prototype: unknown = found.prototype
  return hasMethods<Name, Self>(prototype, names) ? prototype : undefined
}

function hasMethods<Name extends string, Self>(
  prototype: unknown,
  names: readonly Name[],
): prototype is Methods<Name, Self> {
  if (typeof prototype !== 'object' || prototype === null) return false
  return names.every((name) => name in prototype && typeof prototype[name as keyof typeof prototype] === 'function')
}
