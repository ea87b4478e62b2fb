/**
 * Output that nobody reads any more.
 * @module
 */

/** `sallyport check | head` closes the pipe early: that is no failure, and there is nobody left to tell. */
export function forgiveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
