/**
 * Waits for an answer no longer than agreed.
 * @module
 */

/** Calls `fire` once after `ms` milliseconds unless the returned function is called before. */
export type Timer = (ms: number, fire: () => void) => () => void

export type Failure = 'error' | 'timeout'

/**
 * Resolves to the answer, or to why there is none; never rejects.
 * @param onLate Called with an answer that came after its deadline. A late error is dropped.
 */
export function awaitWithin<T>(
  answer: Promise<T>,
  ms: number,
  timer: Timer,
  onLate: (answer: T) => void,
): Promise<T | Failure> {
  return new Promise((resolve) => {
    let late = false
    const cancel = timer(ms, () => {
      late = true
      resolve('timeout')
    })
    answer.then(
      (value) => {
        if (late) return onLate(value)
        cancel()
        resolve(value)
      },
      () => {
        cancel()
        resolve('error')
      },
    )
  })
}
