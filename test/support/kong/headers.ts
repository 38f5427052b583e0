/** The headers of one message while plugins work on them: names without regard to case, values in the order they came. */
export interface HeaderBag {
  /** The first value. */
  get(name: string): string | undefined
  all(name: string): readonly string[]
  /** Replaces every value that is there. */
  set(name: string, value: string | readonly string[]): void
  add(name: string, value: string | readonly string[]): void
  remove(name: string): void
  names(): readonly string[]
  /** By lower-case name. */
  toRecord(): Readonly<Record<string, readonly string[]>>
  /** Names and values in turn, as Node's `writeHead` and `request` take them. */
  toRaw(): string[]
}

/** A bag with the names and values of `raw`, which come in turn as in Node's `rawHeaders`. */
export function headerBag(raw: readonly string[] = []): HeaderBag {
  const lines = new Map<string, { readonly name: string; readonly values: readonly string[] }>()
  const key = (name: string) => name.toLowerCase()
  const all = (name: string) => lines.get(key(name))?.values ?? []
  const set = (name: string, value: string | readonly string[]) =>
    void lines.set(key(name), { name, values: [value].flat() })
  const add = (name: string, value: string | readonly string[]) => set(name, [...all(name), value].flat())
  for (let i = 0; i + 1 < raw.length; i += 2) add(raw[i] ?? '', raw[i + 1] ?? '')
  return {
    get: (name) => all(name)[0],
    all,
    set,
    add,
    remove: (name) => void lines.delete(key(name)),
    names: () => [...lines.keys()],
    toRecord: () => Object.fromEntries([...lines].map(([name, { values }]) => [name, values])),
    toRaw: () => [...lines.values()].flatMap(({ name, values }) => values.flatMap((value) => [name, value])),
  }
}

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Takes away what concerns one connection only, also what the message itself declares as such (RFC 9110 7.6.1). */
export function dropHopByHop(headers: HeaderBag): void {
  const declared = headers.all('connection').flatMap((value) => value.split(',').map((name) => name.trim()))
  for (const name of [...HOP_BY_HOP, ...declared]) headers.remove(name)
}
