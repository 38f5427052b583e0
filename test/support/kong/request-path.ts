/** A path as Kong normalises it (RFC 3986 6): unreserved characters decoded, dot segments and double slashes resolved. */
export function normalisedPath(path: string): string {
  const decoded = path.replace(/%([\da-f]{2})/gi, (all, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return /[\w.~-]/.test(character) ? character : all.toUpperCase()
  })
  const segments: string[] = []
  for (const segment of decoded.split('/').slice(1)) {
    if (segment === '..') segments.pop()
    else if (segment !== '.' && segment !== '') segments.push(segment)
  }
  const directory = /\/\.{0,2}$/.test(decoded) && segments.length > 0
  return `/${segments.join('/')}${directory ? '/' : ''}`
}

/** The path towards the upstream, by Kong's `path_handling: v0`; `rest` is what is left of `path` after stripping. */
export function upstreamPath(base: string, rest: string, path: string): string {
  const postfix = rest.replace(/^\//, '')
  const directory = path.length > 1 && path.endsWith('/')
  if (postfix !== '') return base.endsWith('/') ? base + postfix : `${base}/${postfix}`
  if (base === '/' || base.endsWith('/') === directory) return base
  return directory ? `${base}/` : base.slice(0, -1)
}
