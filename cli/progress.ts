/** Writes one line about what is going on to stderr; stdout belongs to the command's own output. */
export function say(line: string): void {
  process.stderr.write(`tollgate: ${line}\n`)
}

/** Says what takes time, then every few seconds that it still runs, then how many seconds it took. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const begun = performance.now()
  const seconds = () => Math.round((performance.now() - begun) / 1000)
  say(`${what} ...`)
  const ticker = setInterval(() => say(`${what} ... ${seconds()} s`), 5000)
  try {
    const result = await work
    say(`${what}: done in ${seconds()} s`)
    return result
  } finally {
    clearInterval(ticker)
  }
}
