/**
 * What can be wrong with the part of a bundle that has the agents.
 * @module
 */

/** The bytes are no such part. The message is for people. */
export class AgentsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AgentsError'
  }
}
