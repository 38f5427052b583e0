/** The promise, or a rejection with the signal's reason once it is aborted, of which `left` is told. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, left: () => void = () => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      left()
      reject(signal.reason)
    }
    if (signal.aborted) {
      // Its own end concerns nobody here.
      promise.catch(() => {})
      return abort()
    }
    signal.addEventListener('abort', abort, { once: true })
    const done = () => signal.removeEventListener('abort', abort)
    promise.then(
      (value) => {
        done()
        resolve(value)
      },
      (cause: unknown) => {
        done()
        reject(cause)
      },
    )
  })
}
