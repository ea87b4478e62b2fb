/**
 * Asks for keys again and again, one question at a time.
 * @module
 */

/** What an operator hears of keys that are read again and again. */
export interface KeyReports {
  /** A new set is in use; these are its ids, in order. */
  readonly onChange?: (keyids: readonly string[]) => void
  /** Once for each problem, until it is another one or over. The keys of before stay in use unless it says so. */
  readonly onError?: (error: Error) => void
}

export interface PollOptions {
  /** Milliseconds from the start of one question to the start of the next. */
  readonly everyMs: number
  /** One question; resolves when it is answered or given up. Must not reject. */
  readonly ask: () => Promise<void>
}

export interface Poll {
  /** Asks at once, after the question that may be under way. */
  askNow(): Promise<void>
  /** Asks no more. */
  close(): void
}

/** The timer keeps no process alive. */
export function startPoll({ everyMs, ask }: PollOptions): Poll {
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  function askNow(): Promise<void> {
    running = running.then(() => (closed ? undefined : ask()))
    return running
  }

  function schedule(delay: number): void {
    timer = setTimeout(() => {
      const started = performance.now()
      void askNow().then(() => {
        if (!closed) schedule(Math.max(0, everyMs - (performance.now() - started)))
      })
    }, delay)
    timer.unref()
  }

  schedule(everyMs)
  return {
    askNow,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** Tells each problem once, until it is another one or over. What a listener throws is dropped. */
export function createReporter({ onChange, onError }: KeyReports): {
  readonly changed: (keyids: readonly string[]) => void
  readonly failed: (error: Error) => void
  readonly recovered: () => void
} {
  let told: string | undefined
  const quietly = (tell: () => void): void => {
    try {
      tell()
    } catch {
      // A log that fails must not stop keys from being read.
    }
  }
  return {
    changed: (keyids) => quietly(() => onChange?.(keyids)),
    failed(error) {
      if (error.message === told) return
      told = error.message
      quietly(() => onError?.(error))
    },
    recovered() {
      told = undefined
    },
  }
}
