/**
 * What a command gives, unless the signal aborts first: then it rejects with the signal's reason. The command itself goes on, and changes
 * all that it changes or nothing.
 */
export function unlessAborted<T>(command: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    const done = () => signal.removeEventListener('abort', abort)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    command.then(resolve, reject).finally(done)
  })
}
